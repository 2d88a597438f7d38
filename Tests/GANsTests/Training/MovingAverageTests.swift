import Foundation
import GANs
import TestSupport
import Testing

@Suite struct MovingAverageTests {
    private final class Number: Module {
        let weight: Parameter
        init(_ value: Scalar) { weight = Parameter(Tensor([value], shape: [1])) }
        var value: Double { Double(weight.value.scalars[0]) }
    }

    @Test func `after its half-life in images, what was before weighs half`() {
        let (average, network) = (Number(1), Number(0))
        let moving = MovingAverage(halfLifeInImages: 120)
        for step in 1...12 {
            moving.update(average, from: network, imagesInStep: 10, imagesSeen: 1_000_000 + 10 * step)
        }
        expectClose([average.value], [0.5], absolute: 1e-6)
        for step in 13...24 {
            moving.update(average, from: network, imagesInStep: 10, imagesSeen: 1_000_000 + 10 * step)
        }
        expectClose([average.value], [0.25], absolute: 1e-6)
    }

    @Test func `early on the half-life is a share of the images seen`() {
        let (average, network) = (Number(1), Number(0))
        // 5% of 200 are 10, a step's images.
        MovingAverage(halfLifeInImages: 10_000).update(
            average, from: network, imagesInStep: 10, imagesSeen: 200)
        expectClose([average.value], [0.5], absolute: 1e-6)
    }

    @Test func `a half-life of zero is no average`() {
        let (average, network) = (Number(1e8), Number(0.123))
        MovingAverage(halfLifeInImages: 0).update(average, from: network, imagesInStep: 1, imagesSeen: 1_000)
        #expect(average.value == network.value)
    }
}
