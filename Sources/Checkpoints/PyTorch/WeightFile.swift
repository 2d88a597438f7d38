import Files

/// Weights that another program wrote: a file of PyTorch's, of either kind, a pickle of NVlabs' programs, or a
/// safetensors file.
///
/// No code of such a file runs: see `PickleReader`. All that a tensor says of itself is compared with the file before
/// memory is taken for it, and its elements stay in the file until they are asked for.
public struct WeightFile: Sendable {
    /// The tensors of a network, or of several under one name.
    public struct Dictionary: Sendable {
        /// By what keys it was found in the file, such as `params_ema`; empty for the file itself.
        public let keys: [String]
        /// The tensors by their names.
        public let tensors: [String: Tensor]
    }

    /// A tensor in the file.
    public struct Tensor: Sendable {
        /// The type of its elements.
        public let type: ElementType
        /// Its extents, outermost first.
        public let shape: [Int]
        /// In elements.
        let strides: [Int]
        /// Of its first element, in bytes.
        let start: Int
        /// Whether its elements lie in row-major order, without gaps.
        let isContiguous: Bool

        /// The number of its elements.
        public var count: Int { shape.reduce(1, *) }
    }

    /// The path of the file.
    public var path: String { file.path }
    /// All dictionaries with tensors in them.
    public let dictionaries: [Dictionary]
    private let file: MappedFile

    /// - Throws: `CheckpointError` for a file that cannot be read, is damaged, or is of none of the known kinds.
    public init(path: String) throws(CheckpointError) {
        let mapped = try MappedFile.mapping(path)
        guard ZipArchive.begins(mapped.bytes) || mapped.bytes.first == 0x80 else {
            (file, dictionaries) = try Self.safetensors(mapped)
            return
        }
        file = mapped
        do throws(PickleStore.Failure) { dictionaries = try Self.dictionaries(mapped) } catch {
            throw CheckpointError(path: path, .malformed(format: "PyTorch", error.message))
        }
    }

    private static func dictionaries(_ file: MappedFile) throws(PickleStore.Failure) -> [Dictionary] {
        let (store, all) = (PickleStore(), file.bytes.indices)
        let object: PickleValue
        if ZipArchive.begins(file.bytes) {
            object = try TorchArchive.object(of: file, store)
        } else if LegacyTorchFile.begins(in: all, of: file) {
            object = try LegacyTorchFile.object(in: all, of: file, store)
        } else {
            var reader = PickleReader(file, all, store)
            object = try reader.value()
        }
        return try StateCollector.dictionaries(of: object, file, store)
    }

    private static func safetensors(
        _ file: MappedFile
    ) throws(CheckpointError) -> (MappedFile, [Dictionary]) {
        guard file.bytes.count > 8, file.bytes[8] == UInt8(ascii: "{") else {
            throw CheckpointError(
                path: file.path,
                .malformed(format: "weight", "it is neither PyTorch's (.pt, .pth, .pkl) nor safetensors"))
        }
        let stored = try SafetensorsFile(path: file.path)
        let tensors = stored.tensors.map { tensor in
            let start = stored.place(of: tensor).lowerBound
            return (tensor.name, Tensor(type: tensor.type, shape: tensor.shape, strides: nil, start: start))
        }
        return (
            stored.file, [Dictionary(keys: [], tensors: Swift.Dictionary(uniqueKeysWithValues: tensors))]
        )
    }

    /// The size of the file in bytes.
    public var byteCount: Int { file.bytes.count }

    /// The elements of a tensor, in row-major order, wherever they lie in the file.
    ///
    /// - Throws: `CheckpointError` where its type does not fit.
    public func values<Element: FileElement>(
        of tensor: Tensor, named name: String, as element: Element.Type = Element.self
    ) throws(CheckpointError) -> [Element] {
        let values = withExtendedLifetime(file) {
            tensor.withContiguousBytes(of: file) {
                $0.decoded(as: Element.self, from: tensor.type, count: tensor.count)
            }
        }
        guard let values else {
            throw CheckpointError(
                path: path,
                .unexpectedType(
                    tensor: "tensor \"\(name)\"", expected: Element.elementType.rawValue,
                    found: tensor.type.rawValue))
        }
        return values
    }
}

extension WeightFile.Tensor {
    /// - Parameters:
    ///   - strides: in elements; nil where elements lie in row-major order.
    ///   - start: of the first element, in bytes.
    init(type: ElementType, shape: [Int], strides: [Int]?, start: Int) {
        // Of a tensor without elements the product may be more than an `Int` holds.
        var rowMajor = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            rowMajor[axis] = rowMajor[axis + 1] &* max(1, shape[axis + 1])
        }
        (self.type, self.shape, self.strides, self.start) = (type, shape, strides ?? rowMajor, start)
        isContiguous = zip(zip(shape, self.strides), rowMajor).allSatisfy { axis, step in
            axis.0 <= 1 || axis.1 == step
        }
    }

    /// Calls `body` with the elements' bytes in row-major order.
    fileprivate func withContiguousBytes<Result>(
        of file: MappedFile, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let (size, count) = (type.byteCount, count)
        if count == 0 { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        if isContiguous {
            return body(UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + count * size]))
        }
        var bytes = [UInt8]()
        bytes.reserveCapacity(count * size)
        var (index, place) = ([Int](repeating: 0, count: shape.count), start)
        for _ in 0..<count {
            bytes.append(contentsOf: file.bytes[place..<place + size])
            // The last axis runs fastest.
            for axis in shape.indices.reversed() {
                index[axis] += 1
                place += strides[axis] * size
                if index[axis] < shape[axis] { break }
                place -= strides[axis] * size * shape[axis]
                index[axis] = 0
            }
        }
        return bytes.withUnsafeBytes(body)
    }
}
