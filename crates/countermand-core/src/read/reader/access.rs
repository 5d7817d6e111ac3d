//! The elements of lists, entries of mappings and choices, without those that are known to be wrong.

use std::slice::Iter;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{NodeId, ProblemCode, ReadError, TreeReader, nearest, possible_here};

pub(super) struct ListReader<'t> {
    tree_reader: &'t TreeReader<'t>,
    elements: Iter<'t, NodeId>,
}

impl<'t> ListReader<'t> {
    pub(super) fn new(tree_reader: &'t TreeReader<'t>, elements: &'t [NodeId]) -> Self {
        let elements = elements.iter();
        Self {
            tree_reader,
            elements,
        }
    }
}

impl<'de> SeqAccess<'de> for ListReader<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        let tree_reader = self.tree_reader;
        match self.elements.find(|it| !tree_reader.is_wrong(**it)) {
            None => Ok(None),
            Some(&node) => tree_reader
                .node_reader(node)
                .locate(seed.deserialize(tree_reader.node_reader(node)))
                .map(Some),
        }
    }
}

pub(super) struct MapReader<'t> {
    tree_reader: &'t TreeReader<'t>,
    map: NodeId,
    entries: Iter<'t, (NodeId, NodeId)>,
    keys: Option<&'static [&'static str]>,
    value: Option<NodeId>,
}

impl<'t> MapReader<'t> {
    pub(super) fn new(
        tree_reader: &'t TreeReader<'t>,
        map: NodeId,
        entries: &'t [(NodeId, NodeId)],
        keys: Option<&'static [&'static str]>,
    ) -> Self {
        Self {
            tree_reader,
            map,
            entries: entries.iter(),
            keys,
            value: None,
        }
    }

    fn is_known(&self, key: NodeId, text: &str) -> bool {
        let Some(known) = self.keys.filter(|known| !known.contains(&text)) else {
            return true;
        };
        if !self.tree_reader.wrong.borrow_mut().insert(key) {
            return false;
        }
        if let Some(meant) = nearest(text, known.iter().copied()) {
            self.tree_reader
                .misspelt
                .borrow_mut()
                .insert((self.map, meant));
        }
        let message = format!("unknown key `{text}`");
        let help = possible_here(text, known);
        self.tree_reader
            .report_at(key, ProblemCode::UnknownKey, message, help);
        false
    }
}

impl<'de> MapAccess<'de> for MapReader<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        while let Some(&(key, value)) = self.entries.next() {
            let text = self.tree_reader.tree.text(key).unwrap_or_default();
            if self.is_known(key, text)
                && !self.tree_reader.is_wrong(value)
                && !self.tree_reader.is_wrong(key)
            {
                self.value = Some(value);
                self.tree_reader.node_reader(key).warn_about_key();
                let key_reader: StrDeserializer<'_, ReadError> = text.into_deserializer();
                return seed
                    .deserialize(key_reader)
                    .map(Some)
                    .map_err(|error| error.at(key));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadError> {
        // INVARIANT: serde asks for a value only after its key.
        let node = self.value.take().unwrap_or(NodeId(usize::MAX));
        let reader = self.tree_reader.node_reader(node);
        reader.locate(seed.deserialize(reader))
    }
}

/// A choice: a word alone, or a mapping with the word as its one key.
pub(super) struct ChoiceReader<'t> {
    tree_reader: &'t TreeReader<'t>,
    word: NodeId,
    content: Option<NodeId>,
}

impl<'t> ChoiceReader<'t> {
    pub(super) fn new(
        tree_reader: &'t TreeReader<'t>,
        word: NodeId,
        content: Option<NodeId>,
    ) -> Self {
        Self {
            tree_reader,
            word,
            content,
        }
    }

    fn text(&self) -> &'t str {
        self.tree_reader.tree.text(self.word).unwrap_or_default()
    }

    pub(super) fn check(&self, choices: &'static [&'static str]) -> Result<(), ReadError> {
        if self.tree_reader.is_wrong(self.word) {
            return Err(ReadError::consequence());
        }
        if self.content.is_none() {
            self.tree_reader.node_reader(self.word).text()?;
        }
        let word = self.text();
        if choices.contains(&word) {
            return Ok(());
        }
        let message = format!("`{word}` is not known here");
        let help = possible_here(word, choices);
        Err(ReadError::problem(
            self.word,
            ProblemCode::UnknownChoice,
            message,
            help,
        ))
    }
}

impl<'de> EnumAccess<'de> for ChoiceReader<'de> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), ReadError> {
        let word: StrDeserializer<'_, ReadError> = self.text().into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for ChoiceReader<'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<(), ReadError> {
        match self.content {
            None => Ok(()),
            Some(content) => {
                let message = "nothing belongs to this word".to_owned();
                let help = vec!["write the word alone".to_owned()];
                Err(ReadError::problem(
                    content,
                    ProblemCode::WrongType,
                    message,
                    help,
                ))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, ReadError> {
        match self.content {
            Some(content) if self.tree_reader.is_wrong(content) => Err(ReadError::consequence()),
            Some(content) => {
                let reader = self.tree_reader.node_reader(content);
                reader.locate(seed.deserialize(reader))
            }
            None => {
                let word = self.text();
                let message = format!("`{word}` needs more than its name");
                let help = vec![format!("write `{word}: {{ … }}`")];
                Err(ReadError::problem(
                    self.word,
                    ProblemCode::WrongType,
                    message,
                    help,
                ))
            }
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, ReadError> {
        let nowhere = ReadError::reported(self.word);
        self.unit_variant().and(Err(nowhere))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        use serde::Deserializer;
        let content = self.content.unwrap_or(self.word);
        self.tree_reader
            .node_reader(content)
            .deserialize_struct("", keys, visitor)
    }
}
