import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct ResamplingTests {
    /// The result read at a place of the image itself, one product at a time.
    private func reference(
        _ x: Tensor, border: PlaneTransform.Border,
        place: @escaping (_ x: Double, _ y: Double) -> (Double, Double)
    ) -> Reference {
        let images = Reference(x)
        let (height, width) = (x.shape[1], x.shape[2])
        func mirrored(_ place: Int, _ extent: Int) -> Int {
            guard extent > 1 else { return 0 }
            let folded = ((place % (2 * extent - 2)) + 2 * extent - 2) % (2 * extent - 2)
            return min(folded, 2 * extent - 2 - folded)
        }
        return Reference(x.shape.dimensions) { index in
            let middle = (Double(width - 1) / 2, Double(height - 1) / 2)
            var (column, row) = place(Double(index[2]) - middle.0, Double(index[1]) - middle.1)
            (column, row) = (column + middle.0, row + middle.1)
            var sum = 0.0
            for x in [Int(column.rounded(.down)), Int(column.rounded(.down)) + 1] {
                for y in [Int(row.rounded(.down)), Int(row.rounded(.down)) + 1] {
                    let weight = (1 - abs(column - Double(x))) * (1 - abs(row - Double(y)))
                    let isInside = (0..<width).contains(x) && (0..<height).contains(y)
                    if border == .zeros && !isInside { continue }
                    sum += weight * images[index[0], mirrored(y, height), mirrored(x, width), index[3]]
                }
            }
            return sum
        }
    }

    /// One and several blocks of pixels, all the loops' numbers of channels, extents of one pixel.
    static let shapes: [Shape] = [
        [1, 5, 7, 3], [1, 4, 6, 1], [1, 3, 131, 4], [1, 6, 5, 2], [1, 1, 5, 1], [1, 1, 1, 3],
    ]

    @Test(arguments: shapes, [PlaneTransform.Border.zeros, .mirrored])
    func pixelsAreReadWhereTheTransformSays(shape: Shape, border: PlaneTransform.Border) {
        let x = normal(shape)
        let (angle, scale, shift) = (0.7, (1.3, 0.8), (2.4, -7.9))
        let transform = PlaneTransform.rotation(angle).then(.scaling(x: scale.0, y: scale.1))
            .then(.translation(x: shift.0, y: shift.1))
        let expected = reference(x, border: border) { x, y in
            let (x, y) = ((x - shift.0) / scale.0, (y - shift.1) / scale.1)
            // Back by the angle: what lies below comes from the right.
            return (cos(angle) * x + sin(angle) * y, cos(angle) * y - sin(angle) * x)
        }
        expectEqual(x.resampled(by: [transform], border: border), expected)
    }

    @Test func wholePixelTransformsAreExact() {
        let x = Tensor((0..<9).map { Scalar($0) + 0.1 }, shape: [1, 3, 3, 1])
        func expect(
            _ transform: PlaneTransform, _ order: [Int?], sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let expected = order.map { $0.map { x.scalars[$0] } ?? 0 }
            #expect(x.resampled(by: [transform]).scalars == expected, sourceLocation: sourceLocation)
        }
        expect(.identity, [0, 1, 2, 3, 4, 5, 6, 7, 8])
        expect(.mirroring, [2, 1, 0, 5, 4, 3, 8, 7, 6])
        expect(.quarterTurns(1), [6, 3, 0, 7, 4, 1, 8, 5, 2])
        expect(.quarterTurns(2), [8, 7, 6, 5, 4, 3, 2, 1, 0])
        expect(.quarterTurns(-1), [2, 5, 8, 1, 4, 7, 0, 3, 6])
        expect(.translation(x: 1, y: 0), [nil, 0, 1, nil, 3, 4, nil, 6, 7])
        expect(.translation(x: 0, y: -2), [6, 7, 8, nil, nil, nil, nil, nil, nil])
        expect(
            .mirroring.then(.quarterTurns(1)).then(.translation(x: 1, y: 1)),
            [nil, nil, nil, nil, 8, 5, nil, 7, 4])
        expect(.translation(x: 40, y: 0), [Int?](repeating: nil, count: 9))
        let mirrored = x.resampled(by: [.translation(x: 2, y: 0)], border: .mirrored)
        #expect(mirrored.scalars == [2, 1, 0, 5, 4, 3, 8, 7, 6].map { x.scalars[$0] })
        let far = x.resampled(by: [.translation(x: 4 * 1001 + 1, y: 0)], border: .mirrored)
        #expect(far.scalars == [1, 0, 1, 4, 3, 4, 7, 6, 7].map { x.scalars[$0] })
    }

    @Test func evenSidesRotateAboutTheirCenter() {
        let x = normal([1, 4, 4, 2])
        let turned = x.resampled(by: [.quarterTurns(1)])
        let images = Reference(x)
        let expected = Reference([1, 4, 4, 2]) { images[0, 3 - $0[2], $0[1], $0[3]] }
        #expect(Reference(turned).values == expected.values)
    }

    @Test func everyImageHasATransformOfItsOwn() {
        let x = normal([7, 30, 40, 3])
        let transforms = (0..<7).map { PlaneTransform.translation(x: Double($0), y: 0) }
        let moved = Reference(x.resampled(by: transforms))
        let images = Reference(x)
        let expected = Reference([7, 30, 40, 3]) { index in
            index[2] < index[0] ? 0 : images[index[0], index[1], index[2] - index[0], index[3]]
        }
        #expect(moved.values == expected.values)
    }

    static let turned: [PlaneTransform] = [
        .rotation(0.4).then(.translation(x: 1.3, y: 0.2)), .scaling(x: 0.5, y: 1.7).then(.rotation(-2)),
    ]

    @Test(arguments: [PlaneTransform.Border.zeros, .mirrored])
    func resamplingDifferentiates(border: PlaneTransform.Border) {
        checkGradients(at: [normal([2, 3, 4, 3])]) { $0[0].resampled(by: Self.turned, border: border) }
        checkGradients(at: [normal([2, 4, 3, 1])]) {
            $0[0].tanh().resampled(by: Self.turned, border: border).squared()
        }
    }

    /// Tests that `<R x, y> = <x, R' y>`.
    @Test(arguments: [1, 3, 4, 5], [PlaneTransform.Border.zeros, .mirrored])
    func theGradientIsTheAdjoint(channels: Int, border: PlaneTransform.Border) {
        let x = normal([2, 9, 70, channels]).variable()
        let y = normal(x.shape, seed: 2)
        let result = x.resampled(by: Self.turned, border: border)
        let product = (result.detached * y).sum().scalar
        let back = gradients(of: result, withRespectTo: [x], cotangent: y)[0]
        expectClose([product], [Double((x.detached * back).sum().scalar)], absolute: 10 * rounding)
    }

    @Test func wrongTransformsAreNamed() async {
        let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3, 3, 1]).resampled(by: [.identity])
        }
        expectMessage("resampled: 1 transforms do not fit images [2, 3, 3, 1]", of: count)
        let endless = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 3, 3, 1]).resampled(by: [.scaling(x: 0, y: 1)])
        }
        expectMessage("resampled: a transform of images [1, 3, 3, 1] is not finite", of: endless)
    }
}

@Suite struct ChannelTransformTests {
    private func random(_ channels: Int, seed: UInt64) -> ChannelTransform {
        let numbers = normal([2 * channels * channels + channels], seed: seed).scalars.map { Double($0) }
        let count = channels * channels
        return ChannelTransform(
            matrix: Array(numbers[..<count]), meanMatrix: Array(numbers[count..<2 * count]),
            shift: Array(numbers[(2 * count)...]))
    }

    /// Several runs of rows that means are summed in.
    static let shapes: [Shape] = [
        [2, 3, 4, 3], [1, 5, 3, 1], [3, 2, 2, 4], [2, 23, 31, 2], [1, 1, 1, 5],
    ]

    @Test(arguments: shapes)
    func channelsAreMixed(shape: Shape) {
        let (x, channels) = (normal(shape), shape[3])
        let transforms = (0..<shape[0]).map { random(channels, seed: 10 + UInt64($0)) }
        let images = Reference(x)
        let pixels = indices(of: [shape[1], shape[2]])
        let means = (0..<shape[0]).map { image in
            (0..<channels).map { channel in
                pixels.reduce(0) { $0 + images[image, $1[0], $1[1], channel] } / Double(pixels.count)
            }
        }
        let expected = Reference(shape.dimensions) { index in
            let transform = transforms[index[0]]
            return (0..<channels).reduce(transform.shift[index[3]]) { sum, channel in
                let place = index[3] * channels + channel
                return sum + transform.matrix[place] * images[index[0], index[1], index[2], channel]
                    + transform.meanMatrix[place] * means[index[0]][channel]
            }
        }
        expectEqual(x.channelsTransformed(by: transforms), expected)
    }

    @Test func oneAfterTheOtherIsTheirComposition() {
        let x = normal([1, 4, 5, 3])
        let (first, second) = (random(3, seed: 1), random(3, seed: 2))
        expectEqual(
            x.channelsTransformed(by: [first.then(second)]),
            Reference(x.channelsTransformed(by: [first]).channelsTransformed(by: [second])))
        #expect(
            first.then(.identity(channels: 3)) == first
                && ChannelTransform.identity(channels: 3).then(first) == first)
    }

    @Test(arguments: [1, 3])
    func mixingDifferentiates(channels: Int) {
        let transforms = [random(channels, seed: 1), random(channels, seed: 2)]
        checkGradients(at: [normal([2, 2, 3, channels])]) { $0[0].channelsTransformed(by: transforms) }
        checkGradients(at: [normal([2, 2, 2, channels])]) {
            $0[0].tanh().channelsTransformed(by: transforms).squared()
        }
    }

    @Test func wrongChannelsAreNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 3, 3, 1]).channelsTransformed(by: [.identity(channels: 3)])
        }
        expectMessage("1 transforms of 3 channels do not fit images [1, 3, 3, 1]", of: result)
    }
}
