import Tensors
import TestSupport
import Testing

@Suite struct PaddingTests {
    static let paddings: [(Shape, Int)] = [
        ([2, 3, 5, 2], 1), ([1, 4, 4, 3], 3), ([1, 2, 3, 1], 1), ([2, 5, 2, 1], 1), ([1, 3, 7, 2], 2),
        ([1, 1, 1, 2], 0),
    ]

    @Test(arguments: paddings)
    func reflectionsMatchPlainLoops(shape: Shape, padding: Int) {
        let x = normal(shape)
        let values = Reference(x)
        func mirrored(_ place: Int, _ extent: Int) -> Int {
            let place = abs(place - padding)
            return place < extent ? place : 2 * (extent - 1) - place
        }
        let target = [shape[0], shape[1] + 2 * padding, shape[2] + 2 * padding, shape[3]]
        let expected = Reference(target) {
            values[[$0[0], mirrored($0[1], shape[1]), mirrored($0[2], shape[2]), $0[3]]]
        }
        expectEqual(x.reflectionPadded(by: padding), expected)
        checkGradients(at: [x]) { $0[0].squared().reflectionPadded(by: padding) }
        checkGradients(at: [x]) { $0[0].reflectionPadded(by: padding).squared() }
    }

    static let shuffles: [(Shape, Int)] = [([2, 3, 1, 8], 2), ([1, 2, 2, 9], 3), ([1, 2, 3, 5], 1)]

    @Test(arguments: shuffles)
    func shufflingLaysChannelsOutAsPixels(shape: Shape, factor: Int) {
        let x = normal(shape)
        let values = Reference(x)
        let target = [
            shape[0], shape[1] * factor, shape[2] * factor, shape[3] / (factor * factor),
        ]
        let expected = Reference(target) { place in
            let channel = (place[3] * factor + place[1] % factor) * factor + place[2] % factor
            return values[[place[0], place[1] / factor, place[2] / factor, channel]]
        }
        expectEqual(x.pixelShuffled(by: factor), expected)
        checkGradients(at: [x]) { $0[0].squared().pixelShuffled(by: factor) }
    }

    @Test(arguments: [[2, 3, 4], [5, 1]] as [Shape], [true, false])
    func trainedSlopesMatchPlainLoops(shape: Shape, isOfChannels: Bool) {
        let slopes = normal([isOfChannels ? shape[-1] : 1], seed: 3)
        let x = awayFromZero(shape, seed: 1)
        let (values, factors) = (Reference(x), Reference(slopes))
        let expected = Reference(shape.dimensions) { place in
            values[place] > 0 ? values[place] : values[place] * factors[[isOfChannels ? place.last! : 0]]
        }
        expectEqual(x.leakyReLU(slopes: slopes), expected)
        checkGradients(at: [x, slopes]) { $0[0].leakyReLU(slopes: $0[1]) }
    }

    @Test func paddingBeyondTheImageIsRefused() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([1, 3, 2, 1]).reflectionPadded(by: 2)
        }
        expectMessage("reflectionPadded: images", of: result)
    }
}
