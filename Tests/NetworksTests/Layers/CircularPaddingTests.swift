import Networks
import Tensors
import TestSupport
import Testing

/// Layers that continue images by the images themselves: they commute with moving an image around its edges, and are
/// what they were away from the edges. Both together leave no other layer.
@Suite struct CircularPaddingTests {
    private static func drawn<Value>(_ make: (inout ParameterSource) -> Value) -> Value {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        return make(&source)
    }

    private let images: Tensor = {
        var stream = RandomStream(seed: 2, purpose: .drawing)
        return .normal([2, 6, 8, 3], from: &stream)
    }()

    /// Moves images down and right around their edges.
    private func moved(_ images: Tensor, rows: Int, columns: Int) -> Tensor {
        [(1, rows), (2, columns)].reduce(images) { images, move in
            let (axis, extent) = (move.0, images.shape[move.0])
            let place = extent - move.1
            return .concatenated(
                [images.sliced(axis: axis, place..<extent), images.sliced(axis: axis, 0..<place)], axis: axis)
        }
    }

    private func check(
        scale: Int = 1, reach: Int = 1, _ layer: (Tensor, ForwardContext) -> Tensor,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func circular(_ images: Tensor) -> Tensor {
            let context = ForwardContext(mode: .training)
            return context.paddingCircularly(true) { layer(images, context) }
        }
        let output = circular(images)
        let ofMoved = circular(moved(images, rows: 2, columns: 3))
        let plain = layer(images, ForwardContext(mode: .training))
        #expect(output.shape == plain.shape, sourceLocation: sourceLocation)
        let movedOutput = moved(output, rows: 2 * scale, columns: 3 * scale)
        #expect(
            largestDifference(ofMoved, movedOutput) < 1e-5 && largestDifference(ofMoved, output) > 0.1,
            sourceLocation: sourceLocation)
        let margin = reach * scale
        #expect(
            largestDifference(output.trimmed(by: margin), plain.trimmed(by: margin)) < 1e-5,
            sourceLocation: sourceLocation)
        #expect(largestDifference(output, plain) > 0.01, sourceLocation: sourceLocation)
    }

    private func largestDifference(_ one: Tensor, _ other: Tensor) -> Scalar {
        zip(one.scalars, other.scalars).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test func `convolutions`() {
        for kernel in [3, 5] {
            let layer = Self.drawn {
                Conv2d(
                    inputChannels: 3, outputChannels: 4, kernelSize: kernel, padding: kernel / 2, from: &$0)
            }
            check(reach: kernel / 2) { layer($0, $1) }
        }
    }

    @Test func `transposed convolutions`() {
        let layer = Self.drawn {
            ConvTranspose2d(
                inputChannels: 3, outputChannels: 4, kernelSize: 4, stride: 2, padding: 1, from: &$0)
        }
        check(scale: 2) { layer($0, $1) }
        // One that does not multiply the size by its stride cannot be continued, and stays.
        let first = Self.drawn {
            ConvTranspose2d(inputChannels: 3, outputChannels: 4, kernelSize: 4, from: &$0)
        }
        let context = ForwardContext(mode: .training)
        #expect(context.paddingCircularly(true) { first(images, context).shape } == [2, 9, 11, 4])
    }

    @Test func `upsampling and modulated convolutions`() {
        let upsampling = Self.drawn { UpsamplingConv2d(inputChannels: 3, outputChannels: 4, from: &$0) }
        check(scale: 2) { upsampling($0, $1) }
        for doubles in [false, true] {
            let layer = Self.drawn {
                ModulatedConv2d(
                    inputChannels: 3, outputChannels: 4, kernelSize: 3, styleSize: 5, doublesSize: doubles,
                    from: &$0)
            }
            let style = Tensor.zeros([2, 5]) + 1
            check(scale: doubles ? 2 : 1) { layer($0, style: style, $1) }
        }
    }

    @Test func `a pass leaves the context as it was`() {
        let context = ForwardContext(mode: .inference)
        context.paddingCircularly(true) {
            context.paddingCircularly(false) { #expect(!context.padsCircularly) }
            #expect(context.padsCircularly)
        }
        #expect(!context.padsCircularly)
    }
}
