import Tensors
import Testing

extension Golden {
    /// An array of the file as a tensor.
    public func tensor(_ name: String) -> Tensor {
        Tensor(self[name].values.map { Scalar($0) }, shape: Shape(self[name].shape))
    }

    /// Expects a tensor to have the shape and the values of an array, up to rounding.
    public func expect(
        _ tensor: Tensor, equals name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let tolerance = 100 * Double(Scalar.ulpOfOne)
        #expect(tensor.shape.dimensions == self[name].shape, "\(name)", sourceLocation: sourceLocation)
        expectClose(
            tensor.scalars, self[name].values, absolute: tolerance, relative: tolerance, "\(name)",
            sourceLocation: sourceLocation)
    }
}
