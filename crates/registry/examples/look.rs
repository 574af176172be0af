//! temporary
use std::collections::BTreeSet;
use std::path::PathBuf;
use axum::Extension;
use lianxin_foundation::{Role, Who, scope::Post};
use lianxin_registry::{import, actions::*, organisation::OrganisationKind, CategoryName, CategoryNames, Places};
use lianxin_testkit::{run, Engine, House};
async fn story(house: House) {
    let f = |n: &str| PathBuf::from(format!("/tmp/cd/package/dist/{n}.csv"));
    let app = house.app();
    let who = Who::program("421223");
    import::divisions(app, &who, &[f("provinces"), f("cities"), f("areas"), f("streets")], &[], &|_| ()).await.unwrap();
    let s = import::divisions(app, &who, &[f("villages")], &["421223".into(), "421202".into()], &|_| ()).await.unwrap();
    println!("{s:?}");
    let cats = [("road","市政设施","市政設施","Public works","道路破损","道路破損","Road damage"),("light","市政设施","市政設施","Public works","路灯不亮","路燈不亮","Street light out"),("drain","市政设施","市政設施","Public works","积水堵塞","積水堵塞","Blocked drain"),("dispute","矛盾纠纷","矛盾糾紛","Disputes","邻里纠纷","鄰里糾紛","Neighbours' dispute"),("waste","环境卫生","環境衛生","Cleanliness","垃圾清运","垃圾清運","Waste")];
    let cats: Vec<CategoryName> = cats.iter().map(|c| CategoryName { code: c.0.into(), group: [c.1.into(), c.2.into(), c.3.into()], name: [c.4.into(), c.5.into(), c.6.into()] }).collect();
    let mut unit = None;
    for (code, name, area, d) in [("cy-city","崇阳县城市管理执法局","421223",vec!["road","light","waste"]),("cy-gov","崇阳县社会治理中心","421223",vec!["dispute"]),("t-gov","天城镇人民政府","421223100",vec!["road","drain","waste"]),("v-taoxi","桃溪社区居民委员会","421223100008",vec!["dispute","waste","road"])] {
        let o = app.act(&who, &AddOrganisation { code: Some(code.into()), kind: OrganisationKind::Unit, name: name.into(), area: area.into(), phone: Some("0715-1234567".into()) }).await.unwrap();
        app.act(&who, &SetDuties { county: o.county.clone(), organisation: o.id, area: area.into(), categories: d.into_iter().map(String::from).collect::<BTreeSet<_>>() }).await.unwrap();
        unit = Some(o.id);
    }
    app.act(&who, &AddOrganisation { code: None, kind: OrganisationKind::Branch, name: "桃溪社区第一党支部".into(), area: "421223100008".into(), phone: None }).await.unwrap();
    let sq = |lon: f64, lat: f64| serde_json::json!([[[lon,lat],[lon+0.008,lat],[lon+0.008,lat+0.006],[lon,lat+0.006],[lon,lat]]]);
    let feats: Vec<_> = (0..4).map(|i| serde_json::json!({"type":"Feature","properties":{"name":format!("第{}网格",["一","二","三","四"][i]),"households":300+i*20},"geometry":{"type":"Polygon","coordinates":sq(114.03+0.008*(i%2) as f64, 29.54+0.006*(i/2) as f64)}})).collect();
    app.act(&who, &ImportShapes { collection: serde_json::json!({"type":"FeatureCollection","features":feats}), datum: lianxin_geometry::Datum::Wgs84, parent: Some("421223100008".into()) }).await.unwrap();
    let _ = house.person("admin", &[house.post(Role::Administrator, "421223"), house.post(Role::Auditor, "421223")]).await;
    house.person("grid", &[Post { organisation: unit, ..house.post(Role::GridWorker, "421223100008-01") }]).await;
    house.person("handler", &[Post { organisation: unit, ..house.post(Role::UnitHandler, "421223100008") }]).await;
    house.person("secretary", &[house.post(Role::Secretary, "421223100"), Post { to: Some(house.now() - 1), ..house.post(Role::Supervisor, "421223100") }]).await;
    let routes = lianxin_registry::routes().layer(Extension(CategoryNames::new(cats))).layer(Extension(Places::new())).merge(lianxin_foundation::web::routes());
    let router = lianxin_foundation::web::wrap(routes, app.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8097").await.unwrap();
    println!("up unit {}", unit.unwrap());
    axum::serve(listener, router).await.unwrap();
}
fn main() { run(Engine::Sqlite, &[lianxin_registry::MESSAGES], story); }
