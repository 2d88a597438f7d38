import CLoops
import Kernels

@_exported import enum Kernels.BufferPool
@_exported import enum Kernels.Parallel
@_exported import enum Kernels.ProductEngine
@_exported import enum Kernels.Ranks
@_exported import struct Kernels.RanksError
@_exported import enum Kernels.Shards
@_exported import struct Kernels.RandomStream
@_exported import typealias Kernels.Scalar
@_exported import let Kernels.memoryLimit

/// An array of scalars of any rank, which may record how it was computed.
///
/// Images are `[images, height, width, channels]`. A tensor belongs to one thread at a time; the
/// kernels below it use all cores.
public struct Tensor {
    /// The extents, outermost first.
    public let shape: Shape
    private(set) var storage: Storage
    /// How this tensor was computed; nil for one that no gradient flows through.
    let node: Node?

    init(_ storage: Storage, _ shape: Shape, node: Node? = nil) {
        self.storage = storage
        self.shape = shape
        self.node = node
    }

    /// A tensor of the given scalars, in row-major order.
    public init(_ scalars: [Scalar], shape: Shape) {
        require(
            scalars.count == shape.count, "Tensor: \(scalars.count) scalars do not fill shape \(shape)")
        self.init(filling: shape) { buffer in _ = buffer.update(from: scalars) }
    }

    /// A tensor without axes.
    public init(_ scalar: Scalar) { self.init([scalar], shape: []) }

    /// A tensor whose memory `fill` initializes entirely.
    public init(filling shape: Shape, _ fill: (UnsafeMutableBufferPointer<Scalar>) -> Void) {
        let storage = Storage(shape.count)
        fill(UnsafeMutableBufferPointer(start: storage.pointer, count: shape.count))
        self.init(storage, shape)
    }

    /// A tensor of one number.
    public init(repeating scalar: Scalar, shape: Shape) {
        self.init(filling: shape) { $0.update(repeating: scalar) }
    }

    /// A tensor that has a shape alone: no memory is taken before `allocate()`, and until then nothing may
    /// read or write its scalars.
    public static func unallocated(_ shape: Shape) -> Tensor {
        Tensor(Storage(shape.count, isAllocated: false), shape)
    }

    /// Whether there is memory for the scalars.
    public var isAllocated: Bool { storage.isAllocated }

    /// Takes the memory of an unallocated tensor, filled with zeros; changes no other.
    public func allocate() { storage.allocate() }

    /// Exchanges the scalars of two tensors of one shape, and of all that share them, without copying.
    public func exchangeScalars(with other: Tensor) {
        require(shape == other.shape, "exchangeScalars: shapes \(shape) and \(other.shape) differ")
        storage.exchange(with: other.storage)
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

    /// Independent standard normal numbers.
    public static func normal(_ shape: Shape, from stream: inout RandomStream) -> Tensor {
        let storage = Storage(shape.count)
        stream.fillNormal(storage.pointer, count: shape.count)
        return Tensor(storage, shape)
    }

    /// Independent numbers uniform in [0, 1).
    public static func uniform(_ shape: Shape, from stream: inout RandomStream) -> Tensor {
        let storage = Storage(shape.count)
        stream.fillUniform(storage.pointer, count: shape.count)
        return Tensor(storage, shape)
    }

    /// The same scalars as a new variable: a tensor that gradients can be asked for.
    public func variable() -> Tensor { Tensor(storage, shape, node: Node.variable(shape)) }

    /// The same scalars, without a record of how they were computed.
    public var detached: Tensor { node == nil ? self : Tensor(storage, shape) }

    /// Whether gradients can flow through this tensor.
    public var isDifferentiable: Bool { node != nil }

    var pointer: UnsafeMutablePointer<Scalar> { storage.pointer }

    /// Calls `body` with the scalars in row-major order.
    public func withScalars<Result>(
        _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeBufferPointer(start: pointer, count: shape.count))
    }

    /// Calls `body` with the scalars, to change them in place.
    ///
    /// Every tensor that shares them changes with them: this is for optimizers and statistics, never for a
    /// value that a recorded graph still needs.
    public func withMutableScalars<Result>(
        _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
    ) rethrows -> Result {
        defer { storage.scalarsDidChange() }
        return try body(UnsafeMutableBufferPointer(start: pointer, count: shape.count))
    }

    /// Adds a tensor of the same shape: in place, where nothing else shares these scalars and nothing is recorded.
    public mutating func add(_ other: Tensor) {
        guard shape == other.shape, node == nil, other.node == nil, isKnownUniquelyReferenced(&storage)
        else { return self = self + other }
        let (sum, added) = (pointer, other.pointer)
        Parallel.forEachElements(of: shape.count) { part in
            loop_accumulate(sum + part.lowerBound, added + part.lowerBound, part.count)
        }
        storage.scalarsDidChange()
    }

    /// Becomes a copy, where others share its scalars, which then may be changed.
    mutating func ownScalars() {
        guard node != nil || !isKnownUniquelyReferenced(&storage) else { return }
        let copy = Storage(shape.count)
        copy.pointer.update(from: pointer, count: shape.count)
        self = Tensor(copy, shape)
    }

    /// A copy of the scalars.
    public var scalars: [Scalar] { withScalars { Array($0) } }

    /// 8-bit samples, in row-major order, as scalars in [-1, 1]: `(2 sample - 255) / 255`.
    public init(bytes: [UInt8], shape: Shape) {
        require(bytes.count == shape.count, "Tensor: \(bytes.count) bytes do not fill shape \(shape)")
        let storage = Storage(shape.count)
        bytes.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress {
                convertToSigned(start, into: storage.pointer, count: bytes.count)
            }
        }
        self.init(storage, shape)
    }

    /// The scalars from [-1, 1] as 8-bit samples 0 to 255, rounded; what lies outside is clamped.
    ///
    /// The inverse of `init(bytes:shape:)`.
    public func bytes() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: shape.count) { buffer, initializedCount in
            if let start = buffer.baseAddress { loop_signed_to_bytes(start, pointer, shape.count) }
            initializedCount = shape.count
        }
    }

    /// The only scalar of a tensor that holds one.
    public var scalar: Scalar {
        require(shape.count == 1, "scalar: the tensor has shape \(shape), not one element")
        return pointer.pointee
    }
}
