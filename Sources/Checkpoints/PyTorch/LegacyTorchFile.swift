import Files

/// What `torch.save` wrote before PyTorch 1.6, and what a tensor within another pickle is written as: pickles of a
/// magic number, a version, the machine, the object, and the keys of its storages, whose elements follow.
///
/// - Source: PyTorch's `torch/serialization.py`, `_legacy_save`.
enum LegacyTorchFile {
    typealias Failure = PickleStore.Failure

    /// The pickle of the magic number.
    private static let magic: [UInt8] = [
        0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
    ]
    private static let version = 1001

    static func begins(in range: Range<Int>, of file: MappedFile) -> Bool {
        file.bytes[range].starts(with: magic)
    }

    /// The object of a file, with all its storages found.
    static func object(
        in range: Range<Int>, of file: MappedFile, _ store: PickleStore, readsStorageBytes: Bool = true
    ) throws(Failure) -> PickleValue {
        guard begins(in: range, of: file) else {
            throw Failure(message: "bytes of tensors do not begin as such")
        }
        let first = store.storages.count
        var reader = PickleReader(
            file, range.lowerBound + magic.count..<range.upperBound, store,
            readsStorageBytes: readsStorageBytes)
        guard case .integer(version) = try reader.value() else {
            throw Failure(message: "its version is not \(version)")
        }
        // Elements are little-endian on every machine that PyTorch is built for but one.
        _ = try reader.value()
        let object = try reader.value()
        guard let keys = store.elements(try reader.value()) else {
            throw Failure(message: "it has no list of storages")
        }
        var places: [String: Range<Int>] = [:]
        var (position, own) = (reader.position, [String: PickleStore.Storage]())
        for storage in store.storages[first...] { own[storage.key] = storage }
        for key in keys {
            guard case .text(let name) = key, let name = WeightNames.text(name, of: file),
                let storage = own[name], places[name] == nil
            else { throw Failure(message: "its list of storages names one that no tensor has") }
            guard range.upperBound - position >= 8 else { throw Failure(message: "it is cut off") }
            let count = UInt64(
                littleEndian: file.bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
            guard count == UInt64(storage.count), let size = storage.byteCount,
                size <= range.upperBound - position
            else { throw Failure(message: "storage \(name) is cut off, or of another size than was said") }
            places[name] = position..<position + size
            position += size
        }
        for index in store.storages.indices[first...] {
            let storage = store.storages[index]
            guard let place = places[storage.key], let size = storage.byteCount, size <= place.count else {
                throw Failure(message: "storage \(storage.key) is missing, or smaller than a tensor needs")
            }
            store.storages[index].place = place
        }
        return object
    }

    /// The storage of a file of nothing else.
    static func storage(
        in range: Range<Int>, of file: MappedFile, _ store: PickleStore
    ) throws(Failure) -> PickleValue {
        let object = try object(in: range, of: file, store, readsStorageBytes: false)
        guard case .storage = object else { throw Failure(message: "bytes of a storage hold something else") }
        return object
    }
}
