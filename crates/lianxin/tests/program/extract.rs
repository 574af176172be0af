//! A small OpenStreetMap extract, byte by byte; the tests inside the program include this file too.

/// One field of a protobuf message.
fn field(number: u8, body: &[u8]) -> Vec<u8> {
    assert!(body.len() < 128, "lengths of one byte are enough here");
    [&[number << 3 | 2, body.len() as u8], body].concat()
}

/// A block of an extract, not compressed.
fn block(kind: &str, body: &[u8]) -> Vec<u8> {
    let blob = [&[0x0a, body.len() as u8 | 0x80, (body.len() >> 7) as u8][..], body].concat();
    let size = [0x18, blob.len() as u8 | 0x80, (blob.len() >> 7) as u8];
    let head = [field(1, kind.as_bytes()), size.to_vec()].concat();
    [&(head.len() as u32).to_be_bytes()[..], &head, &blob].concat()
}

/// Three nodes 111 m apart to the north of each other, a path through them and a motorway beside it.
pub fn extract() -> Vec<u8> {
    let strings = ["", "highway", "path", "motorway"];
    let strings: Vec<u8> = strings.iter().flat_map(|text| field(1, text.as_bytes())).collect();
    let zigzag = |number: i64| {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        let mut bytes = Vec::new();
        while rest > 127 {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        bytes
    };
    let many = |numbers: &[i64]| numbers.iter().copied().flat_map(zigzag).collect::<Vec<u8>>();
    // Ids, latitudes and longitudes as steps from one to the next, in 100 nanodegrees.
    let dense = [
        field(1, &many(&[7, 1, 1])),
        field(8, &many(&[306_000_000, 10_000, 10_000])),
        field(9, &many(&[1_143_000_000, 0, 0])),
    ];
    let way = |id: u8, kind: u8, refs: &[i64]| {
        field(3, &[vec![8, id], field(2, &[1]), field(3, &[kind]), field(8, &many(refs))].concat())
    };
    let nodes = field(2, &field(2, &dense.concat()));
    let ways = field(2, &[way(1, 2, &[7, 1]), way(2, 3, &[8, 1])].concat());
    let head = field(4, b"OsmSchema-V0.6").into_iter().chain(field(4, b"DenseNodes")).collect::<Vec<u8>>();
    let data = [field(1, &strings), nodes, ways].concat();
    [block("OSMHeader", &head), block("OSMData", &data)].concat()
}
