//! What holds for every input, and how well generated lists are linked.

use std::collections::HashSet;

use lianxin_linkage::sample::{Poverty, Sample, generate};
use lianxin_linkage::{
    Choice, Column, Explainer, Gather, Kind, Linkage, Lists, Options, Pair, People, Side, Stage, Stopped,
    Table, link, report,
};
use proptest::prelude::*;

fn linked(a: &str, b: Option<&str>, options: &Options) -> (People, [lianxin_linkage::Keys; 2], Linkage) {
    let (people, keys) = Lists::read(a, b, &[]).expect("generated lists are tables").finish(options.threads);
    let linkage = link(&people, options, &|_, _| true).expect("nobody stops it");
    (people, keys, linkage)
}

/// The share of right pairs among those found and among those there are, as one number (F1).
fn f1(sample: &Sample) -> f64 {
    let (_, keys, linkage) = linked(&sample.a, Some(&sample.b), &Options::default());
    let truth: HashSet<&str> = sample.truth.lines().skip(1).collect();
    let found: Vec<String> =
        linkage.pairs.iter().map(|pair| format!("{},{}", keys[0].get(pair.a), keys[1].get(pair.b))).collect();
    let right = found.iter().filter(|pair| truth.contains(pair.as_str())).count();
    2.0 * right as f64 / (found.len() + truth.len()) as f64
}

#[test]
fn generated_lists_are_linked_well() {
    let ordinary = f1(&generate(1000, Poverty::Ordinary, 3));
    assert!(ordinary >= 0.999, "{ordinary}");
    let poor = f1(&generate(1000, Poverty::Poor, 3));
    assert!(poor >= 0.99, "{poor}");
}

#[test]
fn the_result_depends_on_neither_threads_nor_run() {
    let sample = generate(600, Poverty::Poor, 5);
    let run =
        |threads| linked(&sample.a, Some(&sample.b), &Options { threads, ..Options::default() }).2.pairs;
    let one = run(1);
    assert!(!one.is_empty());
    assert_eq!(one, run(1));
    assert_eq!(one, run(3));
}

#[test]
fn an_empty_list_has_nobody_in_common_with_another() {
    let sample = generate(200, Poverty::Ordinary, 4);
    // 编号, 姓名, 性别, 身份证号, 出生日期, 手机号, …
    let kinds = [(1, Kind::Name), (3, Kind::ResidentId), (4, Kind::Birth), (5, Kind::Phone)];
    let rows: Vec<Vec<&str>> = sample.a.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let pairs = |single: bool| {
        let columns = kinds.map(|(_, kind)| Column { name: format!("{kind:?}"), kind }).into();
        let mut gather = Gather::new(columns).unwrap();
        // The second stands there once more at the end.
        for row in rows.iter().chain([&rows[1]]) {
            gather.push(Side::A, &kinds.map(|(at, _)| row[at]));
        }
        if single {
            gather.one_list();
        }
        link(&gather.finish(1), &Options::default(), &|_, _| true).unwrap().pairs.len()
    };
    assert_eq!((pairs(false), pairs(true)), (0, 1));
}

#[test]
fn twins_stay_two_people() {
    let sample = generate(800, Poverty::Ordinary, 11);
    let twin = |key: &str, name: &str, id: &str| {
        format!("{key},{name},男,{id},2010-05-06,13900001111,咸安区永安街道文笔社区3组12号,\n")
    };
    // Of one pair of twins each list has one child; of the other both have both, without their numbers.
    let one = [twin("T1", "周天一", "421202201005060111"), twin("T2", "周天佑", "421202201005060138")];
    let both = twin("U1", "郑文博", "") + &twin("U2", "郑文轩", "");
    let both = both.replace("13900001111", "13900002222");
    let a = format!("{}{}{both}", sample.a, one[0]);
    let b = format!("{}{}{both}", sample.b, one[1]);
    let (_, keys, linkage) = linked(&a, Some(&b), &Options::default());
    let name = |pair: &Pair| (keys[0].get(pair.a).to_owned(), keys[1].get(pair.b).to_owned());
    let found: Vec<(String, String)> =
        linkage.pairs.iter().map(name).filter(|(a, _)| a.starts_with(['T', 'U'])).collect();
    assert_eq!(found, [("U1".to_owned(), "U1".to_owned()), ("U2".to_owned(), "U2".to_owned())]);
}

#[test]
fn people_twice_on_one_list_are_found() {
    let sample = generate(500, Poverty::Ordinary, 2);
    let twice: String = sample.a.lines().skip(1).take(40).map(|line| format!("Z{line}\n")).collect();
    let (_, keys, linkage) = linked(&format!("{}{twice}", sample.a), None, &Options::default());
    let found = linkage
        .pairs
        .iter()
        .filter(|pair| keys[0].get(pair.b) == format!("Z{}", keys[0].get(pair.a)))
        .count();
    assert_eq!((found, linkage.pairs.len()), (40, 40));
}

#[test]
fn a_person_twice_on_one_list_is_linked_twice_unless_rows_are_asked_for() {
    let sample = generate(500, Poverty::Ordinary, 6);
    let twice: String = sample.b.lines().skip(1).take(30).map(|line| format!("Z{line}\n")).collect();
    let b = format!("{}{twice}", sample.b);
    let again = |choice| {
        let (_, keys, linkage) = linked(&sample.a, Some(&b), &Options { choice, ..Options::default() });
        let again = linkage.pairs.iter().filter(|pair| keys[1].get(pair.b).starts_with('Z')).count();
        let groups = linkage.groups();
        let rows: usize = groups.iter().map(Vec::len).sum();
        assert!(rows <= 2 * linkage.pairs.len() && groups.iter().all(|group| group.len() > 1));
        let rows: HashSet<usize> = linkage.pairs.iter().map(|pair| pair.a).collect();
        (again, linkage.pairs.len() - rows.len())
    };
    let truth: HashSet<&str> = sample.truth.lines().filter_map(|line| line.split(',').nth(1)).collect();
    let known =
        sample.b.lines().skip(1).take(30).filter(|line| truth.contains(line.split(',').next().unwrap()));
    let known = known.count();
    assert_eq!(again(Choice::People), (known, known));
    assert_eq!(again(Choice::Rows).1, 0);
}

#[test]
fn lists_that_share_nobody_share_nobody() {
    let sample = generate(1200, Poverty::Ordinary, 9);
    let truth: HashSet<&str> = sample.truth.lines().filter_map(|line| line.split(',').nth(1)).collect();
    let others = |line: &&str| !truth.contains(line.split(',').next().unwrap());
    let b: Vec<&str> = sample.b.lines().filter(others).collect();
    assert!(b.len() > 80);
    let (_, _, linkage) = linked(&sample.a, Some(&b.join("\n")), &Options::default());
    assert!(linkage.pairs.len() <= 1, "{}", linkage.pairs.len());
}

#[test]
fn households_within_a_list_are_not_duplicates() {
    let sample = generate(3000, Poverty::Poor, 12);
    let (_, _, linkage) = linked(&sample.a, None, &Options::default());
    assert!(linkage.pairs.len() <= 6, "{}", linkage.pairs.len());
}

#[test]
fn columns_without_telling_names_are_understood() {
    let sample = generate(1000, Poverty::Ordinary, 8);
    let renamed = |text: &str, header: &str| format!("{header}\n{}", text.split_once('\n').unwrap().1);
    let a = renamed(&sample.a, "k,c1,c2,c3,c4,c5,c6,c7");
    let b = renamed(&sample.b, "rec_id,xm,xb,sfzh,csny,lxdh,jzdz,gzdw");
    let found = f1(&Sample { a, b, truth: sample.truth });
    assert!(found >= 0.998, "{found}");
}

#[test]
fn few_people_are_found_among_many() {
    let (mut right, mut wrong, mut all) = (0, 0, 0);
    for seed in 1..4 {
        let sample = generate(2000, Poverty::Poor, seed);
        let few: Vec<&str> = sample.a.lines().take(11).collect();
        let known = |line: &&str| few.iter().any(|row| row.split(',').next() == line.split(',').next());
        let truth: HashSet<&str> = sample.truth.lines().skip(1).filter(known).collect();
        let (_, keys, linkage) = linked(&few.join("\n"), Some(&sample.b), &Options::default());
        let name = |pair: &Pair| format!("{},{}", keys[0].get(pair.a), keys[1].get(pair.b));
        let found = linkage.pairs.iter().filter(|pair| truth.contains(name(pair).as_str())).count();
        (right, wrong, all) = (right + found, wrong + linkage.pairs.len() - found, all + truth.len());
    }
    assert!(wrong <= 1 && right + 1 >= all, "{right} right and {wrong} wrong of {all}");
}

#[test]
fn a_linkage_can_be_stopped() {
    let sample = generate(100, Poverty::Ordinary, 2);
    let people = Lists::read(&sample.a, Some(&sample.b), &[]).unwrap().finish(1).0;
    let stopped = link(&people, &Options::default(), &|stage, _| stage != Stage::Learning);
    assert_eq!(stopped.err(), Some(Stopped));
}

#[test]
fn the_explanation_adds_up_and_names_nobody() {
    let sample = generate(400, Poverty::Ordinary, 4);
    let (people, keys, linkage) = linked(&sample.a, Some(&sample.b), &Options::default());
    let explainer = Explainer::new(&people, &linkage, 1);
    for pair in linkage.pairs.iter().take(50) {
        let bits: f64 = explainer.pair(pair.a, pair.b).iter().map(|said| said.bits).sum();
        // The household's competition only takes away.
        assert!(bits >= pair.log_ratio - 0.01, "{bits} {}", pair.log_ratio);
    }
    assert!(explainer.pair(1_000_000, 0).is_empty());
    let page = report(&people, &linkage, [&keys[0], &keys[1]], 1);
    assert!(page.contains("<svg") && page.ends_with("</html>\n"));
    let name = sample.a.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    assert!(!page.contains(name));
}

/// Every row that is read has as many fields as the header, and lines only grow.
fn read_or_refused(text: &str) {
    let Ok(mut table) = Table::new(text) else { return };
    let (mut fields, mut last) = (Vec::new(), 0);
    while let Ok(Some(line)) = table.next_row(&mut fields) {
        assert_eq!(fields.len(), table.header().len());
        assert!(line > last);
        last = line;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        read_or_refused(&text);
    }

    /// Bytes, those that mean something to a table more often than others.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(
        prop_oneof![4 => prop::sample::select(&b",;\t\"\n\r 1a"[..]), 1 => any::<u8>()], 0..400)) {
        let text = String::from_utf8_lossy(&bytes);
        read_or_refused(&text);
        if let Ok(lists) = Lists::read(&text, Some(&text), &[]) {
            let people = lists.finish(1).0;
            prop_assert!(link(&people, &Options::default(), &|_, _| true).is_ok());
        }
    }

    #[test]
    fn any_lists_are_linked_without_harm(
        a in prop::collection::vec(prop::array::uniform7("[0-9Xx１-９王张欧阳路号村镇一二三 a-z年.-]{0,19}"), 1..12),
        b in prop::collection::vec(prop::array::uniform7("[0-9Xx１-９王张欧阳路号村镇一二三 a-z年.-]{0,19}"), 1..12),
    ) {
        let text = |rows: &[[String; 7]]| {
            let rows: String = rows.iter().map(|row| row.join(",") + "\n").collect();
            format!("姓名,身份证号,出生日期,手机,住址,单位,备注\n{rows}")
        };
        let (a, b) = (text(&a), text(&b));
        let (people, keys, linkage) = linked(&a, Some(&b), &Options { threads: 1, ..Options::default() });
        let mut seen = HashSet::new();
        for pair in &linkage.pairs {
            prop_assert!((0.5..=1.0).contains(&pair.probability));
            prop_assert!(seen.insert((0, pair.a)) && seen.insert((1, pair.b)));
        }
        report(&people, &linkage, [&keys[0], &keys[1]], 1);
        linked(&a, None, &Options { threads: 1, ..Options::default() });
    }
}
