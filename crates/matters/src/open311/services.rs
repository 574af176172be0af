//! `GET services` and `GET services/CODE`: what may be asked for, and which questions come with it.

use lianxin_foundation::i18n::Language;

use super::ask::{Ask, Said};
use super::faults::{Refused, missing};
use super::node::Node;
use crate::category::{Attribute, Category, Group};

pub(super) async fn list(ask: &Ask) -> Result<Said, Refused> {
    let mut tx = ask.app.db().read().await?;
    ask.county(&mut tx, None).await?;
    let catalogue = &ask.matters.catalogue;
    let services = catalogue.for_residents().map(|category| {
        let group = catalogue.groups().iter().find(|group| group.code == category.group);
        service(category, group, ask.language())
    });
    Ok(("services", Node::List("service", services.collect())))
}

pub(super) async fn definition(ask: &Ask, code: &str) -> Result<Said, Refused> {
    let mut tx = ask.app.db().read().await?;
    ask.county(&mut tx, None).await?;
    let known = ask.matters.catalogue.get(code).filter(|category| !category.for_enterprises());
    let category = known.ok_or_else(|| missing("open311-no-service", code))?;
    let attributes = category.attributes.iter().map(|question| attribute(question, ask.language())).collect();
    let body = Node::Object(vec![
        ("service_code", category.code.as_str().into()),
        ("attributes", Node::List("attribute", attributes)),
    ]);
    Ok(("service_definition", body))
}

fn service(category: &Category, group: Option<&Group>, language: Language) -> Node {
    Node::Object(vec![
        ("service_code", category.code.as_str().into()),
        ("service_name", category.name(language).into()),
        ("description", category.description(language).into()),
        ("metadata", Node::Truth(!category.attributes.is_empty())),
        // Whoever files gets the number at once.
        ("type", "realtime".into()),
        ("keywords", category.keywords.join(", ").into()),
        ("group", group.map(|group| group.name(language)).into()),
    ])
}

fn attribute(question: &Attribute, language: Language) -> Node {
    let values = question.values.iter().map(|value| {
        Node::Object(vec![("key", value.key.as_str().into()), ("name", value.name(language).into())])
    });
    Node::Object(vec![
        ("variable", Node::Truth(true)),
        ("code", question.code.as_str().into()),
        ("datatype", question.datatype.code().into()),
        ("required", Node::Truth(question.required)),
        ("datatype_description", Node::Empty),
        ("order", Node::Whole(question.order)),
        ("description", question.description(language).into()),
        ("values", Node::List("value", values.collect())),
    ])
}
