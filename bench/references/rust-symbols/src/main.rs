//! Definitions of Rust files by the parser that Rust's own macros use.
//!
//! Reads paths from standard input, one a line; writes `path<TAB>name<TAB>line<TAB>kind` for items at any depth, fields,
//! variants and members of traits and impls. Modules without a body and fields without a name are left out.

use std::io::{self, BufRead, Write};
use syn::visit::{self, Visit};
use syn::Ident;

struct Found {
    rows: Vec<(String, usize, &'static str)>,
}

impl Found {
    fn add(&mut self, name: &Ident, kind: &'static str) {
        if name != "_" {
            self.rows.push((name.to_string(), name.span().start().line, kind));
        }
    }
}

macro_rules! visits {
    ($($method:ident $node:ident $($name:ident).+ $kind:literal;)*) => {
        $(fn $method(&mut self, node: &'a syn::$node) {
            self.add(&node.$($name).+, $kind);
            visit::$method(self, node);
        })*
    };
}

impl<'a> Visit<'a> for Found {
    visits! {
        visit_item_fn ItemFn sig.ident "function";
        visit_impl_item_fn ImplItemFn sig.ident "method";
        visit_trait_item_fn TraitItemFn sig.ident "method";
        visit_foreign_item_fn ForeignItemFn sig.ident "function";
        visit_item_struct ItemStruct ident "struct";
        visit_item_union ItemUnion ident "union";
        visit_item_enum ItemEnum ident "enum";
        visit_variant Variant ident "variant";
        visit_item_trait ItemTrait ident "trait";
        visit_item_trait_alias ItemTraitAlias ident "trait";
        visit_item_type ItemType ident "type";
        visit_impl_item_type ImplItemType ident "type";
        visit_trait_item_type TraitItemType ident "type";
        visit_item_const ItemConst ident "constant";
        visit_impl_item_const ImplItemConst ident "constant";
        visit_trait_item_const TraitItemConst ident "constant";
        visit_item_static ItemStatic ident "static";
        visit_foreign_item_static ForeignItemStatic ident "static";
    }

    fn visit_item_mod(&mut self, node: &'a syn::ItemMod) {
        if node.content.is_some() {
            self.add(&node.ident, "module");
        }
        visit::visit_item_mod(self, node);
    }

    fn visit_field(&mut self, node: &'a syn::Field) {
        if let Some(name) = &node.ident {
            self.add(name, "field");
        }
        visit::visit_field(self, node);
    }

    fn visit_item_macro(&mut self, node: &'a syn::ItemMacro) {
        if let Some(name) = &node.ident {
            self.add(name, "macro");
        }
    }
}

fn main() -> io::Result<()> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    for path in io::stdin().lock().lines() {
        let path = path?;
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        match syn::parse_file(&text) {
            Ok(file) => {
                let mut found = Found { rows: Vec::new() };
                found.visit_file(&file);
                for (name, line, kind) in found.rows {
                    writeln!(output, "{path}\t{name}\t{line}\t{kind}")?;
                }
            }
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    Ok(())
}
