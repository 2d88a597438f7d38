/// A pickle, instruction by instruction.
struct MadePickle {
    var bytes: [UInt8] = [0x80, 2]

    mutating func add(_ more: UInt8...) { bytes += more }
    mutating func add(_ character: Character) { bytes += Array(String(character).utf8) }

    mutating func remember(_ index: UInt8) { add(UInt8(ascii: "q"), index) }

    mutating func global(_ module: String, _ name: String) { bytes += Array("c\(module)\n\(name)\n".utf8) }

    mutating func text(_ text: String) {
        bytes.append(0x8c)
        bytes.append(UInt8(text.utf8.count))
        bytes += Array(text.utf8)
    }

    mutating func integer(_ value: Int) {
        bytes += [0x8a, 8]
        bytes += withUnsafeBytes(of: value.littleEndian, Array.init)
    }

    mutating func tuple(_ values: [Int]) {
        add("(")
        for value in values { integer(value) }
        add("t")
    }

    /// A storage of floats in the entry `data/0`.
    mutating func storage(count: Int, key: String = "0", type: String = "FloatStorage") {
        add("(")
        text("storage")
        global("torch", type)
        text(key)
        text("cpu")
        integer(count)
        add("t")
        add("Q")
    }

    /// `{"x": tensor}` and the end.
    static func tensor(
        count: Int, offset: Int = 0, shape: [Int], strides: [Int], key: String = "0",
        type: String = "FloatStorage"
    ) -> [UInt8] {
        var pickle = MadePickle()
        pickle.add("}")
        pickle.text("x")
        pickle.global("torch._utils", "_rebuild_tensor_v2")
        pickle.add("(")
        pickle.storage(count: count, key: key, type: type)
        pickle.integer(offset)
        pickle.tuple(shape)
        pickle.tuple(strides)
        pickle.add(0x89)
        pickle.add("}")
        pickle.add("t")
        pickle.add("R")
        pickle.add("s")
        pickle.add(".")
        return pickle.bytes
    }
}

/// An archive, whose records may be made to lie.
struct MadeArchive {
    struct Entry {
        let name: String
        let bytes: [UInt8]
        var method = 0
        var flags = 0
        /// What the list says; nil for the truth.
        var size: Int?
        var offset: Int?
        var nameBefore: String?
    }

    var entries: [Entry]
    var count: Int?
    var listOffset: Int?

    init(_ entries: [Entry]) { self.entries = entries }

    /// As PyTorch lays a file out.
    init(pickle: [UInt8], data: [UInt8]) {
        self.init([Entry(name: "made/data.pkl", bytes: pickle), Entry(name: "made/data/0", bytes: data)])
    }

    func bytes() -> [UInt8] {
        var (result, list) = ([UInt8](), [UInt8]())
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        for entry in entries {
            let (start, size) = (result.count, entry.size ?? entry.bytes.count)
            let before = entry.nameBefore ?? entry.name
            result +=
                number(0x0403_4b50, 4) + number(20, 2) + number(entry.flags, 2) + number(entry.method, 2)
            result += number(0, 8) + number(size, 4) + number(size, 4) + number(before.utf8.count, 2)
            result += number(0, 2) + Array(before.utf8) + entry.bytes
            list += number(0x0201_4b50, 4) + number(20, 2) + number(20, 2) + number(entry.flags, 2)
            list += number(entry.method, 2) + number(0, 8) + number(size, 4) + number(size, 4)
            list += number(entry.name.utf8.count, 2) + number(0, 12) + number(entry.offset ?? start, 4)
            list += Array(entry.name.utf8)
        }
        let start = result.count
        let total = count ?? entries.count
        result += list + number(0x0605_4b50, 4) + number(0, 4) + number(total, 2) + number(total, 2)
        return result + number(list.count, 4) + number(listOffset ?? start, 4) + number(0, 2)
    }
}
