import Files

/// Reads Python's pickles without running anything.
///
/// Known are the binary instructions that PyTorch and Python from 3.4 on write (protocols 2 to 5), and the names of
/// `PickleGlobal`. Every length is compared with the file before anything is read, text and bytes stay in the file, and
/// each instruction takes no more than a bounded amount of memory, of which there are `PickleStore.maximumInstructions`
/// at most in all pickles of a file.
///
/// - Source: the documentation of Python's `pickletools`.
struct PickleReader {
    typealias Failure = PickleStore.Failure

    private let file: MappedFile
    private let store: PickleStore
    /// Where the next instruction is.
    private(set) var position: Int
    private let end: Int
    /// Whether the bytes of a file within the file may be read; not within such a file.
    private let readsStorageBytes: Bool
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// - Parameter range: of the file, where the pickle begins, and where it must have ended.
    init(_ file: MappedFile, _ range: Range<Int>, _ store: PickleStore, readsStorageBytes: Bool = true) {
        (self.file, self.store, self.readsStorageBytes) = (file, store, readsStorageBytes)
        (position, end) = (range.lowerBound, range.upperBound)
    }

    /// The value of one pickle; `position` is behind it then.
    mutating func value() throws(Failure) -> PickleValue {
        (stack, marks, memo) = ([], [], [:])
        while true {
            try store.count()
            let instruction = try byte()
            if instruction == UInt8(ascii: ".") { return try pop() }
            try run(instruction)
        }
    }

    private mutating func run(_ instruction: UInt8) throws(Failure) {
        switch instruction {
        case 0x80:
            let version = try byte()
            guard (2...5).contains(version) else { throw failure("protocol \(version)") }
        case 0x95: _ = try number(8)
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: "0"): _ = try pop()
        case UInt8(ascii: "1"): _ = try popToMark()

        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.bool(true))
        case 0x89: stack.append(.bool(false))
        case UInt8(ascii: "J"): stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
        case UInt8(ascii: "K"): stack.append(.integer(try number(1)))
        case UInt8(ascii: "M"): stack.append(.integer(try number(2)))
        case 0x8a: stack.append(try long())
        case UInt8(ascii: "G"):
            _ = try take(8)
            stack.append(.other)

        case UInt8(ascii: "X"), UInt8(ascii: "T"): stack.append(.text(try counted(4)))
        case 0x8c, UInt8(ascii: "U"): stack.append(.text(try counted(1)))
        case 0x8d: stack.append(.text(try counted(8)))
        case UInt8(ascii: "B"): stack.append(.bytes(try counted(4)))
        case UInt8(ascii: "C"): stack.append(.bytes(try counted(1)))
        case 0x8e: stack.append(.bytes(try counted(8)))

        case UInt8(ascii: "}"): stack.append(store.dictionary())
        case UInt8(ascii: "]"): stack.append(.list(store.list(of: [])))
        case UInt8(ascii: ")"): stack.append(.tuple(store.list(of: [])))
        case 0x8f: stack.append(.other)
        case UInt8(ascii: "t"): stack.append(.tuple(store.list(of: try popToMark())))
        case 0x85...0x87: stack.append(.tuple(store.list(of: try pop(Int(instruction) - 0x84))))
        case UInt8(ascii: "a"): try append(try pop(1))
        case UInt8(ascii: "e"): try append(try popToMark())
        case UInt8(ascii: "s"): try setItems(try pop(2))
        case UInt8(ascii: "u"): try setItems(try popToMark())
        case 0x90:
            _ = try popToMark()
            guard case .other? = stack.last else { throw failure("something is put into no set") }

        case UInt8(ascii: "q"): memo[try number(1)] = try top()
        case UInt8(ascii: "r"): memo[try number(4)] = try top()
        case 0x94: memo[memo.count] = try top()
        case UInt8(ascii: "h"): stack.append(try remembered(try number(1)))
        case UInt8(ascii: "j"): stack.append(try remembered(try number(4)))

        case UInt8(ascii: "c"): stack.append(try global(try line() + "." + line()))
        case 0x93:
            let names = try pop(2)
            stack.append(try global(try string(names[0]) + "." + string(names[1])))
        case UInt8(ascii: "R"), 0x81:
            let parts = try pop(2)
            stack.append(try made(by: parts[0], of: parts[1]))
        case UInt8(ascii: "b"):
            // The state of a dictionary is what PyTorch notes of modules' versions.
            _ = try pop()
            switch try top() {
            case .dictionary, .other: break
            default: throw failure("something has a state that should have none")
            }
        case UInt8(ascii: "Q"):
            let name = try pop()
            stack.append(try storage(of: name))
        default:
            throw failure("instruction 0x\(String(instruction, radix: 16)), which files of weights lack")
        }
    }
}

// MARK: - What instructions do

extension PickleReader {
    private mutating func append(_ values: [PickleValue]) throws(Failure) {
        guard case .list(let place)? = stack.last else { throw failure("something is put into no list") }
        store.lists[place] += values
    }

    private mutating func setItems(_ values: [PickleValue]) throws(Failure) {
        guard case .dictionary(let place)? = stack.last, values.count.isMultiple(of: 2) else {
            throw failure("something is put into no dictionary")
        }
        for index in stride(from: 0, to: values.count, by: 2) {
            store.dictionaries[place].append((key: values[index], value: values[index + 1]))
        }
    }

    private func global(_ name: String) throws(Failure) -> PickleValue {
        guard let global = PickleGlobal(name) else {
            throw Failure(
                message: "it asks for \(name), which is not read, and nothing of it was run; "
                    + "save the network's state_dict() in its place")
        }
        return .global(global)
    }

    private mutating func made(by maker: PickleValue, of arguments: PickleValue) throws(Failure)
        -> PickleValue
    {
        guard case .global(let global) = maker, case .tuple(let place) = arguments else {
            throw failure("something is made by what makes nothing")
        }
        let parts = store.lists[place]
        func part(_ index: Int) throws(Failure) -> PickleValue {
            guard index < parts.count else { throw failure("something is made of too few parts") }
            return parts[index]
        }
        switch global {
        case .dictionary: return try dictionary(of: parts)
        case .tensor:
            return try store.tensor(
                storage: part(0), type: nil, offset: part(1), sizes: part(2), strides: part(3))
        case .typedTensor:
            guard case .global(.elementType(let type)) = try part(6) else {
                throw failure("a tensor has no type")
            }
            return try store.tensor(
                storage: part(0), type: type, offset: part(1), sizes: part(2), strides: part(3))
        case .parameter, .size: return try part(0)
        case .storageBytes:
            guard readsStorageBytes, case .bytes(let range) = try part(0) else {
                throw failure("a storage is not made of bytes")
            }
            return try LegacyTorchFile.storage(in: range, of: file, store)
        case .module:
            guard case .dictionary(let meta) = try part(0), store.dictionaries[meta].count <= 16,
                let state = store.dictionaries[meta].last(where: { (try? string($0.key)) == "state" }),
                case .dictionary(let place) = state.value
            else { throw failure("a network's part has no state") }
            return .module(place)
        case .other: return .other
        case .storage, .elementType: throw failure("something is made by what makes nothing")
        }
    }

    /// Of nothing, or of a list of pairs, as older versions of Python write it.
    private func dictionary(of parts: [PickleValue]) throws(Failure) -> PickleValue {
        let made = store.dictionary()
        guard let pairs = parts.first else { return made }
        guard case .dictionary(let place) = made, let pairs = store.elements(pairs) else {
            throw failure("a dictionary is not made of pairs")
        }
        for pair in pairs {
            // The same list may be asked for again and again.
            try store.count()
            guard let pair = store.elements(pair), pair.count == 2 else {
                throw failure("a dictionary is not made of pairs")
            }
            store.dictionaries[place].append((key: pair[0], value: pair[1]))
        }
        return made
    }

    /// A storage by what PyTorch names it by: the word, type, key, device, elements, and of what it is a view.
    private func storage(of name: PickleValue) throws(Failure) -> PickleValue {
        guard let parts = store.elements(name), parts.count >= 5, try string(parts[0]) == "storage",
            case .global(.storage(let type)) = parts[1], case .integer(let count) = parts[4], count >= 0
        else { throw failure("it refers to something that is no storage") }
        if parts.count > 5, case .none = parts[5] {
        } else if parts.count > 5 {
            throw failure("a storage is a view of another one; save the file again by a newer PyTorch")
        }
        let key = try string(parts[2])
        guard key.utf8.count <= 32 else { throw failure("a storage has a key of \(key.utf8.count) bytes") }
        store.storages.append(PickleStore.Storage(type: type, key: key, count: count))
        return .storage(store.storages.count - 1)
    }
}

// MARK: - The stack and the file

extension PickleReader {
    private func failure(_ message: String) -> Failure {
        Failure(message: "\(message) (before byte \(position))")
    }

    private mutating func pop() throws(Failure) -> PickleValue { try pop(1)[0] }

    private mutating func pop(_ count: Int) throws(Failure) -> [PickleValue] {
        let start = stack.count - count
        guard start >= marks.last ?? 0 else { throw failure("its pickle takes a value that is not there") }
        return cutOff(from: start)
    }

    private mutating func popToMark() throws(Failure) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw failure("its pickle takes a mark that is not there") }
        return cutOff(from: mark)
    }

    /// The values from a place of the stack on, which are no longer there then. Element by element: a slice would hold
    /// the stack while it is shortened, which would copy all of it.
    private mutating func cutOff(from start: Int) -> [PickleValue] {
        var values: [PickleValue] = []
        values.reserveCapacity(stack.count - start)
        for index in start..<stack.count { values.append(stack[index]) }
        stack.removeLast(stack.count - start)
        return values
    }

    private func top() throws(Failure) -> PickleValue {
        guard let value = stack.last else { throw failure("its pickle takes a value that is not there") }
        return value
    }

    private func remembered(_ index: Int) throws(Failure) -> PickleValue {
        guard let value = memo[index] else { throw failure("its pickle remembers nothing as \(index)") }
        return value
    }

    private mutating func take(_ count: Int) throws(Failure) -> Range<Int> {
        guard count >= 0, count <= end - position else { throw failure("its pickle is cut off") }
        defer { position += count }
        return position..<position + count
    }

    private mutating func byte() throws(Failure) -> UInt8 { file.bytes[try take(1).lowerBound] }

    /// A number of so many bytes, the lowest first; below zero where it is more than an `Int` holds.
    private mutating func number(_ count: Int) throws(Failure) -> Int {
        let bits = file.bytes[try take(count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(truncatingIfNeeded: bits)
    }

    /// Of a length of so many bytes, and as many bytes behind it.
    private mutating func counted(_ count: Int) throws(Failure) -> Range<Int> { try take(try number(count)) }

    /// A signed number of any length.
    private mutating func long() throws(Failure) -> PickleValue {
        let bytes = try counted(1)
        guard bytes.count <= 8 else { return .other }
        var value = bytes.last.map { Int(Int8(bitPattern: file.bytes[$0])) } ?? 0
        for place in bytes.dropLast().reversed() { value = value << 8 | Int(file.bytes[place]) }
        return .integer(value)
    }

    private mutating func line() throws(Failure) -> String {
        let start = position
        while try byte() != UInt8(ascii: "\n") {
            guard position - start <= WeightNames.maximumLength else { throw failure("a name is too long") }
        }
        return try string(.text(start..<position - 1))
    }

    private func string(_ value: PickleValue) throws(Failure) -> String {
        guard case .text(let range) = value, let text = WeightNames.text(range, of: file) else {
            throw failure("something has no name")
        }
        return text
    }
}

/// Names in a file of weights.
enum WeightNames {
    /// In bytes.
    static let maximumLength = 1024

    /// Nil for what is too long, no text, or has characters that a line of text lacks.
    static func text(_ range: Range<Int>, of file: MappedFile) -> String? {
        guard range.count <= maximumLength,
            let text = String(validating: file.bytes[range], as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else { return nil }
        return text
    }
}
