import Checkpoints
import Foundation
import TestSupport
import Testing

/// Whatever a file says of itself, reading it ends soon, takes little memory, runs nothing, and says what is wrong in
/// one line.
@Suite struct HostileWeightFileTests {
    @Test func `a made archive is read, as one by PyTorch is`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/weights.pt"
            let values: [Float] = [1, 2, 3, 4, 5, 6]
            let pickle = MadePickle.tensor(count: 6, shape: [3, 2], strides: [1, 3])
            try Data(MadeArchive(pickle: pickle, data: values.withUnsafeBytes(Array.init)).bytes())
                .write(to: URL(fileURLWithPath: path))
            let file = try WeightFile(path: path)
            let tensor = try #require(file.dictionaries.first?.tensors["x"])
            #expect(try file.values(of: tensor, named: "x") == [Float](arrayLiteral: 1, 4, 2, 5, 3, 6))
        }
    }

    @Test(arguments: [
        ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "getattr"),
        ("subprocess", "Popen"), ("__main__", "Generator"), ("torch.nn.modules.conv", "Conv2d"),
        ("torch.storage", "_load_from_bytes_"), ("dnnlib.tflib.network", "Network"),
    ])
    func `names that no weights need are refused by name`(module: String, name: String) throws {
        var plain = MadePickle()
        plain.global(module, name)
        plain.add("(")
        plain.text("echo")
        plain.add("t")
        plain.add("R")
        plain.add(".")
        try expectRefusal(plain.bytes, "it asks for \(module).\(name)")
        try expectRefusal(
            MadeArchive(pickle: plain.bytes, data: []).bytes(), "it asks for \(module).\(name)")
        var stacked = MadePickle()
        stacked.text(module)
        stacked.text(name)
        stacked.add(0x93, UInt8(ascii: "."))
        try expectRefusal(stacked.bytes, "it asks for \(module).\(name)")
    }

    @Test func `instructions of no file of weights are refused`() throws {
        for instruction in ["i", "o", "P", "V", "I", "g", "p", "\u{1}"] as [Character] {
            var pickle = MadePickle()
            pickle.add(instruction)
            try expectRefusal(pickle.bytes + Array("0\n.".utf8), "instruction 0x")
        }
        try expectRefusal([0x80, 9, UInt8(ascii: ".")], "protocol 9")
    }

    @Test func `a pickle that takes what is not there is refused`() throws {
        for bytes in ["0", "1", ".", "t", "a", "s", "u", "e", "R", "b", "Q", "h\u{5}", "q\u{0}", "]N", "(N0"]
        {
            try expectRefusal([0x80, 2] + Array(bytes.utf8), "")
        }
        // A value below a mark is not a part of what is above it.
        try expectRefusal([0x80, 2] + Array("N(0.".utf8), "takes a value that is not there")
    }

    @Test func `pickles that ask for much with little end soon`() throws {
        let million = 1_000_000
        func pickle(_ parts: [UInt8]...) -> [UInt8] { [0x80, 2] + parts.flatMap(\.self) }
        func repeated(_ text: String, _ count: Int = million) -> [UInt8] {
            Array(String(repeating: text, count: count).utf8)
        }
        // Lists, marks and tuples in each other, as deep as the file is long.
        try expectRefusal(
            pickle(repeated("]"), repeated("a", million - 1), [UInt8(ascii: ".")]), "instructions")
        try expectRefusal(pickle(repeated("(", 3 * million)), "instructions")
        let deep = pickle(repeated("N", 1), [UInt8](repeating: 0x85, count: million), [UInt8(ascii: ".")])
        try readMade(deep)
        // A list in itself, over and over: `] q0 h0 a`.
        try readMade(pickle([UInt8(ascii: "]"), UInt8(ascii: "q"), 0], repeated("h\u{0}a", 300_000), [0x2e]))
        // A storage named again and again, all of them kept on the stack.
        var storages = MadePickle()
        storages.storage(count: 1)
        storages.bytes.removeLast()
        storages.remember(0)
        storages.bytes += repeated("h\u{0}Q", 400_000)
        storages.add(".")
        try readMade(storages.bytes)
        // The same pairs asked for again and again.
        var pairs = MadePickle()
        pairs.global("collections", "OrderedDict")
        pairs.remember(0)
        pairs.bytes += Array("](".utf8)
        for _ in 0..<1000 { pairs.bytes += Array("K\u{1}K\u{1}".utf8) + [0x86] }
        pairs.bytes += [UInt8(ascii: "e"), 0x85, UInt8(ascii: "q"), 1]
        for _ in 0..<100_000 { pairs.bytes += Array("h\u{0}h\u{1}R0".utf8) }
        try expectRefusal(pairs.bytes + [0x2e], "instructions")
    }

    /// Reads a file whose content is allowed, though it holds nothing.
    private func readMade(_ bytes: [UInt8]) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/weights.pt"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(try WeightFile(path: path).dictionaries.isEmpty)
        }
    }

    @Test func `dictionaries that hold themselves or each other are refused`() throws {
        // d = {}; d["x"] = d
        var own = MadePickle()
        own.add("}")
        own.remember(0)
        own.text("x")
        own.bytes += Array("h\u{0}s.".utf8)
        try expectRefusal(own.bytes, "nested too deep")
        // Each holds the one before it twice: 2^30 of them.
        var doubled = MadePickle()
        doubled.add("}")
        doubled.remember(0)
        for level in UInt8(1)...30 {
            doubled.add("}")
            for name in ["a", "b"] {
                doubled.text(name)
                doubled.add(UInt8(ascii: "h"), level - 1, UInt8(ascii: "s"))
            }
            doubled.remember(level)
        }
        doubled.add(".")
        try expectRefusal(doubled.bytes, "hold too much")
    }

    @Test func `lengths and counts that lie are refused before memory is taken`() throws {
        let huge = [UInt8](repeating: 0xFF, count: 7) + [0x7F]
        for instruction: UInt8 in [0x8d, 0x8e] {
            try expectRefusal([0x80, 4, instruction] + huge, "cut off")
            try expectRefusal([0x80, 4, instruction] + [UInt8](repeating: 0xFF, count: 8), "cut off")
        }
        try expectRefusal([0x80, 2, UInt8(ascii: "X"), 0xFF, 0xFF, 0xFF, 0xFF], "cut off")
        let data = [UInt8](repeating: 0, count: 24)
        func refuse(_ pickle: [UInt8], _ words: String, line: SourceLocation = #_sourceLocation) throws {
            try expectRefusal(MadeArchive(pickle: pickle, data: data).bytes(), words, sourceLocation: line)
        }
        typealias Made = MadePickle
        try refuse(Made.tensor(count: 7, shape: [7], strides: [1]), "too few for 7 elements")
        try refuse(Made.tensor(count: .max, shape: [6], strides: [1]), "larger than its storage")
        try refuse(Made.tensor(count: 6, shape: [7], strides: [0]), "larger than its storage")
        try refuse(Made.tensor(count: 6, shape: [1 << 40], strides: [0]), "larger than its storage")
        try refuse(
            Made.tensor(count: 6, shape: [1 << 32, 1 << 32], strides: [0, 0]), "larger than its storage")
        try refuse(Made.tensor(count: 6, shape: [2, 3], strides: [3, 2]), "reaches past its storage")
        try refuse(Made.tensor(count: 6, offset: 1, shape: [6], strides: [1]), "reaches past its storage")
        try refuse(Made.tensor(count: 6, offset: .max, shape: [0], strides: [1]), "larger than its storage")
        try refuse(Made.tensor(count: 6, offset: -1, shape: [1], strides: [1]), "larger than its storage")
        try refuse(Made.tensor(count: 6, shape: [2], strides: [-1]), "strides")
        try refuse(Made.tensor(count: 6, shape: [2, 2], strides: [.max, .max]), "strides")
        try refuse(Made.tensor(count: 6, shape: [-1], strides: [1]), "larger than its storage")
        try refuse(Made.tensor(count: -6, shape: [1], strides: [1]), "is no storage")
        try refuse(Made.tensor(count: 6, shape: [6], strides: [1], key: "1"), "storage 1 is missing")
        try refuse(
            Made.tensor(count: 6, shape: [6], strides: [1], key: "../data.pkl"),
            "storage ../data.pkl is missing")
        try refuse(
            Made.tensor(count: 6, shape: [6], strides: [1], type: "QInt8Storage"), "torch.QInt8Storage")
    }

    @Test func `archives that lie are refused`() throws {
        let pickle = MadePickle.tensor(count: 6, shape: [6], strides: [1])
        let good = MadeArchive(pickle: pickle, data: [UInt8](repeating: 0, count: 24))
        func refuse(
            _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
            _ change: (inout MadeArchive) -> Void
        ) throws {
            var changed = good
            change(&changed)
            try expectRefusal(changed.bytes(), words, sourceLocation: sourceLocation)
        }
        try refuse("is compressed") { $0.entries[1].method = 8 }
        try refuse("is encrypted") { $0.entries[1].flags = 1 }
        try refuse("is cut off") { $0.entries[1].size = 0xFFFF_FF00 }
        try refuse("overlaps") { $0.entries[0].size = pickle.count + 40 }
        try refuse("not where it should be") { $0.entries[1].offset = 5 }
        try refuse("not where it should be") { $0.entries[1].offset = 0xFFFF_FFF0 }
        try refuse("has another name where it lies") { $0.entries[1].offset = 0 }
        try refuse("has another name where it lies") { $0.entries[1].nameBefore = "made/data/1" }
        try refuse("comes twice") { $0.entries.append($0.entries[1]) }
        try refuse("ends too early") { $0.count = 3 }
        try refuse("longer than its entries") { $0.count = 1 }
        try refuse("not where it should be") { $0.listOffset = 3 }
        try refuse("0 entries named data.pkl") { $0.entries.removeFirst() }
        try refuse("2 entries named data.pkl") {
            $0.entries.append(MadeArchive.Entry("other/data.pkl", pickle))
        }
        try refuse("program of TorchScript") {
            $0.entries.append(MadeArchive.Entry("made/constants.pkl", [0x80, 2]))
        }
        try refuse("big-endian") {
            $0.entries.append(MadeArchive.Entry("made/byteorder", Array("big".utf8)))
        }
    }

    @Test(arguments: ["netG.pth", "netD_legacy.pth", "stylegan2_ada.pkl", "types.pt", "types_legacy.pt"])
    func `a truncated file is refused wherever it ends`(name: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Golden.fixture("imports/" + name)))
        for share in 0..<40 { try expectRefusal(Array(data.prefix(data.count * share / 40)), "") }
        // A pickle ends with an instruction; what follows it is not read.
        try expectRefusal(Array(data.dropLast()), "")
    }

    @Test func `what is no file of weights is told from one`() throws {
        try expectRefusal([], "neither PyTorch's (.pt, .pth, .pkl) nor safetensors")
        try expectRefusal(Array("GIF89a, and more of it".utf8), "neither PyTorch's")
        try expectRefusal(
            Array("PK\u{3}\u{4} and nothing of an archive".utf8), "its list of entries is missing")
    }
}

/// Expects bytes to be refused in one line that holds some words.
private func expectRefusal(
    _ bytes: [UInt8], _ words: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    try withTemporaryFolder { folder in
        let path = folder + "/weights.pt"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do throws(CheckpointError) {
            _ = try WeightFile(path: path)
            Issue.record("a broken file was read", sourceLocation: sourceLocation)
        } catch {
            let line = error.description
            #expect(
                line.contains(path) && (words.isEmpty || line.contains(words)) && !line.contains("\n")
                    && line.utf8.count < 1000,
                "\(line)", sourceLocation: sourceLocation)
        }
    }
}
