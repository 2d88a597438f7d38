import Files

/// What `torch.save` writes since PyTorch 1.6: an archive with a pickle and an entry for each storage.
///
/// - Source: PyTorch's `torch/serialization.py`, `_save`, and `caffe2/serialize/inline_container.h`.
enum TorchArchive {
    typealias Failure = PickleStore.Failure

    /// The object of a file, with all its storages found.
    static func object(of file: MappedFile, _ store: PickleStore) throws(Failure) -> PickleValue {
        let entries = try entries(of: file)
        let pickles = entries.keys.filter { $0.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let name = pickles.first, let pickle = entries[name] else {
            throw Failure(message: "the archive has \(pickles.count) entries named data.pkl, not one")
        }
        let root = name.dropLast("data.pkl".count)
        guard entries[root + "constants.pkl"] == nil else {
            throw Failure(
                message: "it is a program of TorchScript; save the network's state_dict() in its place")
        }
        if let order = entries[root + "byteorder"], !file.bytes[order].elementsEqual("little".utf8) {
            throw Failure(message: "its numbers are big-endian")
        }
        var reader = PickleReader(file, pickle, store)
        let object = try reader.value()
        for (index, storage) in store.storages.enumerated() where storage.place == nil {
            guard let place = entries[root + "data/" + storage.key] else {
                throw Failure(message: "storage \(storage.key) is missing")
            }
            guard let size = storage.byteCount, size <= place.count else {
                throw Failure(
                    message:
                        "storage \(storage.key) has \(place.count) bytes, too few for \(storage.count) elements"
                )
            }
            store.storages[index].place = place.lowerBound..<place.lowerBound + size
        }
        return object
    }

    /// The places of the entries' bytes in the file, by name.
    private static func entries(of file: MappedFile) throws(Failure) -> [String: Range<Int>] {
        let archive: ZipArchive
        do throws(ZipArchive.Failure) { archive = try ZipArchive(file) } catch {
            throw Failure(message: error.message)
        }
        if let packed = archive.entries.first(where: \.isCompressed) {
            throw Failure(
                message:
                    "its entry \(packed.name) is compressed, which PyTorch does not do; save the file again "
                    + "by PyTorch")
        }
        return Dictionary(uniqueKeysWithValues: archive.entries.map { ($0.name, $0.place) })
    }
}
