import Tensors
import TestSupport
import Testing

@Suite struct NoiseTests {
    private func operands(_ shape: Shape) -> [Tensor] {
        [normal(shape, seed: 1), normal([shape[3]], seed: 3), normal([shape[3]], seed: 4)]
    }

    @Test(
        arguments: [[1, 1, 1, 1], [2, 3, 5, 7], [3, 4, 2, 16], [2, 40, 31, 5]] as [Shape],
        [0.2, 1] as [Scalar])
    func noiseIsAddedByEachChannelsStrength(shape: Shape, slope: Scalar) {
        let arguments = operands(shape)
        let (x, strength, bias) = (
            Reference(arguments[0]), Reference(arguments[1]), Reference(arguments[2])
        )
        for images in Set([1, shape[0]]) {
            let noise = normal([images, shape[1], shape[2], 1], seed: 2)
            let values = Reference(noise)
            let expected = Reference(shape.dimensions) { index in
                let v =
                    x[index] + values[images == 1 ? 0 : index[0], index[1], index[2], 0]
                    * strength[index[3]] + bias[index[3]]
                return v > 0 ? v : Double(slope) * v
            }
            expectEqual(
                arguments[0].noised(by: noise, strength: arguments[1], bias: arguments[2], slope: slope),
                expected)
        }
    }

    @Test(arguments: [0.2, 1] as [Scalar])
    func noiseDifferentiates(slope: Scalar) {
        // Activations far enough from the kink that noise and bias do not reach it.
        let x = awayFromZero([2, 2, 3, 4], seed: 1) * 20
        let noise = normal([2, 2, 3, 1], seed: 2)
        checkGradients(at: [x * 0.2, operands(x.shape)[1] * 0.01, operands(x.shape)[2] * 0.01]) {
            $0[0].noised(by: noise, strength: $0[1].tanh(), bias: $0[2], slope: slope).squared() * 0.1
        }
    }

    @Test func misuseIsNamed() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 3, 3, 4]).noised(
                by: .zeros([2, 3, 2, 1]), strength: .zeros([4]), bias: .zeros([4]))
        }
        expectMessage(
            "noised: activations [2, 3, 3, 4] and [[2, 3, 2, 1], [4], [4]] do not fit", of: result)
    }
}
