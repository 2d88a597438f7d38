/// A value that a pickle makes.
///
/// Containers are places in a `PickleStore`, not objects: however deep they are nested, and whatever contains itself,
/// nothing is ever followed or released recursively.
enum PickleValue {
    case none
    case bool(Bool)
    case integer(Int)
    /// Places in the file.
    case text(Range<Int>), bytes(Range<Int>)
    case list(Int), tuple(Int), dictionary(Int)
    case global(PickleGlobal)
    case storage(Int), tensor(Int)
    /// A network's part, by the dictionary of its state.
    case module(Int)
    /// What has no part in a network's state.
    case other
}

/// The containers, storages and tensors that pickles of a file have made.
final class PickleStore {
    struct Failure: Error {
        let message: String
    }

    /// A run of elements in the file.
    struct Storage {
        /// Nil for bytes, whose tensors tell the type.
        let type: ElementType?
        /// Where its bytes are found: a name in an archive, or in a list of the file.
        let key: String
        /// Elements, or bytes of one without a type.
        let count: Int
        /// Its bytes; nil until they were found.
        var place: Range<Int>?

        /// Nil for more than an `Int` holds.
        var byteCount: Int? { (type ?? .uint8).byteCount(shape: [count]) }
    }

    /// Elements of a storage.
    struct Tensor {
        let storage: Int
        let type: ElementType
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    /// More than any network's state takes, and some hundred megabytes at most.
    static let maximumInstructions = 1 << 20
    /// Of a tensor.
    private static let maximumRank = 8

    var lists: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [Storage] = []
    private(set) var tensors: [Tensor] = []
    private var instructions = 0

    /// Counts an instruction of a pickle.
    func count() throws(Failure) {
        instructions += 1
        guard instructions <= Self.maximumInstructions else {
            throw Failure(
                message: "its pickle has more than \(Self.maximumInstructions) instructions")
        }
    }

    func list(of values: [PickleValue]) -> Int {
        lists.append(values)
        return lists.count - 1
    }

    func dictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    /// A tensor of storage, offset, sizes and strides, once all of them are known to lie within the storage.
    func tensor(
        storage: PickleValue, type: ElementType?, offset: PickleValue, sizes: PickleValue,
        strides: PickleValue
    ) throws(Failure) -> PickleValue {
        guard case .storage(let place) = storage, case .integer(let offset) = offset,
            let shape = integers(sizes), let steps = integers(strides), shape.count == steps.count,
            shape.count <= Self.maximumRank, let type = type ?? storages[place].type
        else { throw Failure(message: "a tensor is not made of storage, offset, sizes and strides") }
        let storage = storages[place]
        guard let bytes = type.byteCount(shape: shape), let stored = storage.byteCount,
            bytes <= stored, (0...stored / type.byteCount).contains(offset)
        else { throw Failure(message: "a tensor \(shape) is larger than its storage") }
        var last = offset
        for (extent, step) in zip(shape, steps) where !shape.contains(0) {
            let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: step)
            let (sum, carry) = last.addingReportingOverflow(reach)
            guard step >= 0, !overflow, !carry else {
                throw Failure(message: "a tensor \(shape) has strides \(steps)")
            }
            last = sum
        }
        guard shape.contains(0) || last < stored / type.byteCount else {
            throw Failure(message: "a tensor \(shape) reaches past its storage")
        }
        tensors.append(Tensor(storage: place, type: type, offset: offset, shape: shape, strides: steps))
        return .tensor(tensors.count - 1)
    }

    /// The numbers of a tuple or list; nil where it holds others, or none is there.
    private func integers(_ value: PickleValue) -> [Int]? {
        guard let values = elements(value), values.count <= Self.maximumRank else { return nil }
        var result: [Int] = []
        for value in values {
            guard case .integer(let number) = value else { return nil }
            result.append(number)
        }
        return result
    }

    /// Of a tuple or list; nil for other values.
    func elements(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .list(let place), .tuple(let place): lists[place]
        default: nil
        }
    }
}
