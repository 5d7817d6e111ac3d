//! A function as Lambda runs it: its built binary, its environment, and the Runtime API.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::SECRET_KEY;
use crate::runtime_api::{FunctionAnswer, Invocation, InvocationDeadline, RuntimeApi};
use countermand_core::verdict::Home;

/// A running function. Dropping it kills the process.
#[derive(Debug)]
pub struct FunctionProcess {
    process: Child,
    began: Instant,
    api: RuntimeApi,
    log: Receiver<String>,
}

/// The function logs before it answers, so a line only has to come through the pipe.
const PATIENCE: Duration = Duration::from_secs(10);

impl FunctionProcess {
    /// Starts the binary with the variables that Lambda sets, and these; nothing else is inherited.
    pub fn start<'e>(
        binary: &str,
        environment: impl IntoIterator<Item = (&'e str, String)>,
    ) -> Self {
        Self::start_command(&mut Command::new(binary), environment)
    }

    /// The same for a command with arguments, such as an interpreter.
    pub fn start_command<'e>(
        command: &mut Command,
        environment: impl IntoIterator<Item = (&'e str, String)>,
    ) -> Self {
        let api = RuntimeApi::start();
        let began = Instant::now();
        let mut process = command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", "countermand")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .envs(environment)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (line, log) = mpsc::channel();
        let lines = process.stdout.take().unwrap();
        thread::spawn(move || read(lines, &line));
        Self {
            process,
            began,
            api,
            log,
        }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The moment before the process was started.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// When the last event was handed over, and when its answer came.
    pub fn last_event(&self) -> Option<(Instant, Instant)> {
        self.api.last_event()
    }

    /// Hands the function an event, with so many milliseconds to answer it.
    pub fn invoke(&self, event: &str, home: &Home, milliseconds: i64) -> Option<FunctionAnswer> {
        let deadline = InvocationDeadline::After(milliseconds);
        self.hand_over(event, arn_at(home), deadline)
    }

    /// Hands the function an event, with a deadline in milliseconds since 1970.
    pub fn invoke_until(&self, event: &str, home: &Home, deadline: u64) -> Option<FunctionAnswer> {
        self.hand_over(event, arn_at(home), InvocationDeadline::At(deadline))
    }

    /// Hands the function an event as emulators do: with a word in place of its ARN.
    pub fn invoke_anywhere(&self, event: &str, milliseconds: i64) -> Option<FunctionAnswer> {
        let deadline = InvocationDeadline::After(milliseconds);
        self.hand_over(event, "function-arn".to_owned(), deadline)
    }

    /// Hands the function an event, and gives up on it after a time, as Lambda does at the deadline. A function that has
    /// not answered goes on working: drop it.
    pub fn invoke_for(
        &self,
        patience: Duration,
        event: &str,
        home: &Home,
        milliseconds: i64,
    ) -> Option<FunctionAnswer> {
        let invocation = Invocation {
            payload: event.to_owned(),
            function_arn: arn_at(home),
            deadline: InvocationDeadline::After(milliseconds),
        };
        self.api.invoke_for(patience, &invocation)
    }

    fn hand_over(
        &self,
        event: &str,
        function_arn: String,
        deadline: InvocationDeadline,
    ) -> Option<FunctionAnswer> {
        self.api.invoke(&Invocation {
            payload: event.to_owned(),
            function_arn,
            deadline,
        })
    }

    /// Its peak memory, in kB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let most = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let most = most.unwrap().trim_end_matches("kB");
        most.trim().parse().unwrap()
    }

    /// Waits until the function ends by itself.
    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }

    /// The next line of its log.
    pub fn logged(&self) -> Option<String> {
        self.log.recv_timeout(PATIENCE).ok()
    }

    /// Kills the function, and returns the lines of its log that were not read yet.
    pub fn end(mut self) -> Vec<String> {
        self.stop();
        self.log.iter().collect()
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for FunctionProcess {
    fn drop(&mut self) {
        self.stop();
    }
}

fn arn_at(home: &Home) -> String {
    let (region, account) = (&home.region, &home.account);
    format!("arn:aws:lambda:{region}:{account}:function:countermand")
}

fn read(lines: ChildStdout, log: &Sender<String>) {
    for line in BufReader::new(lines).lines().map_while(Result::ok) {
        if log.send(line).is_err() {
            return;
        }
    }
}
