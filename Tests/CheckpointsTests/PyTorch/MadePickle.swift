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
