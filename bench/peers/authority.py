"""Writes a certificate for `localhost`, and all that is trusted on the web together with who signed it.

That many others are trusted as well is as it is on Lambda: every peer has to read them.
"""

import pathlib
import sys

import botocore
import trustme

folder = pathlib.Path(sys.argv[1])
authority = trustme.CA()
certificate = authority.create_child_ca().issue_cert("localhost")
certificate.private_key_and_cert_chain_pem.write_to_path(folder / "endpoint.pem")
trusted = pathlib.Path(botocore.__file__).with_name("cacert.pem")
folder.joinpath("trusted.pem").write_bytes(trusted.read_bytes() + authority.cert_pem.bytes())
