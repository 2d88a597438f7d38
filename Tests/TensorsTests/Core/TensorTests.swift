import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
    @Test func `what is added in place changes no tensor that shares the scalars`() {
        let first = Tensor([1, 2, 3, 4], shape: [4])
        var (sum, view) = (first, first.reshaped([2, 2]))
        sum.add(Tensor([10, 20, 30, 40], shape: [4]))
        #expect(first.scalars == [1, 2, 3, 4] && view.scalars == [1, 2, 3, 4])
        #expect(sum.scalars == [11, 22, 33, 44])
        // Now nothing shares them.
        let memory = sum.withScalars { $0.baseAddress }
        sum.add(first)
        #expect(sum.scalars == [12, 24, 36, 48] && sum.withScalars { $0.baseAddress } == memory)
        // Shapes that broadcast, and tensors that record, are added as by the operator.
        view.add(Tensor([1, 2], shape: [2]))
        #expect(view.scalars == [2, 4, 4, 6] && first.scalars == [1, 2, 3, 4])
        let variable = Tensor(3).variable()
        var recorded = Tensor(2)
        recorded.add(variable * variable)
        #expect(gradients(of: recorded, withRespectTo: [variable])[0].scalar == 6)
    }

    @Test func scalarsComeBackInRowMajorOrder() {
        let x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
        #expect(x.shape == [2, 3] && x.shape.count == 6 && x.shape.rank == 2)
        #expect(x.scalars == [1, 2, 3, 4, 5, 6])
        #expect(x.withScalars { Array($0[2...3]) } == [3, 4])
        #expect(Tensor(repeating: 2.5, shape: [3]).scalars == [2.5, 2.5, 2.5])
        #expect(Tensor.zeros([1, 2]).scalars == [0, 0])
        #expect(Tensor(7).shape == [] && Tensor(7).scalar == 7)
        #expect(Tensor([7], shape: [1, 1]).scalar == 7)
        #expect(Tensor(filling: [2]) { $0.update(repeating: 4) }.scalars == [4, 4])
        #expect(Tensor([], shape: [0, 3]).scalars == [])
    }

    @Test func shapesCountAxesFromEitherEnd() {
        let shape: Shape = [2, 3, 5]
        #expect(shape[0] == 2 && shape[-1] == 5 && shape[-3] == 2)
        #expect(shape.description == "[2, 3, 5]" && Shape([]).description == "[]")
        #expect(Shape([]).count == 1 && Shape([4, 0]).count == 0)
    }

    @Test func variablesShareTheirScalars() {
        let x = Tensor([1, 2], shape: [2])
        let variable = x.variable()
        #expect(variable.isDifferentiable && !x.isDifferentiable)
        #expect((variable + 1).isDifferentiable && !(x + 1).isDifferentiable)
        #expect(!(variable + 1).detached.isDifferentiable)
        x.withMutableScalars { $0[1] = 5 }
        #expect(variable.scalars == [1, 5] && variable.detached.scalars == [1, 5])
    }

    @Test func randomTensorsFollowTheStream() {
        var (first, second) = (
            RandomStream(seed: 1, purpose: .latents), RandomStream(seed: 1, purpose: .latents)
        )
        #expect(Tensor.normal([2, 3], from: &first).scalars == Tensor.normal([6], from: &second).scalars)
        #expect(Tensor.uniform([5], from: &first).scalars == Tensor.uniform([5], from: &second).scalars)
        #expect(first == second)
        let next = Tensor.normal([6], from: &first).scalars
        #expect(next != Tensor.uniform([6], from: &second).scalars)
    }

    @Test func bytesRoundTrip() {
        let levels = (0...255).map { Scalar($0) / 127.5 - 1 }
        let bytes = (0...255).map { UInt8($0) }
        #expect(Tensor(levels, shape: [256]).bytes() == bytes)
        let signed = Tensor(bytes: bytes, shape: [16, 16])
        let exact: [Scalar] = bytes.map { byte in Scalar(2 * Int(byte) - 255) / 255 }
        #expect(signed.scalars == exact)
        #expect(exact[0] == -1 && exact[255] == 1)
        #expect(signed.bytes() == bytes)
        #expect(Tensor(bytes: [], shape: [0]).scalars.isEmpty)
    }

    @Test func bytesAreRoundedAndClamped() {
        let nearly = Tensor([-1, -0.9965, -0.9955, 0, 0.9999, 1], shape: [6])
        #expect(nearly.bytes() == [0, 0, 1, 128, 255, 255])
        #expect(Tensor([-1.5, 1.5, -.infinity, .infinity], shape: [2, 2]).bytes() == [0, 255, 0, 255])
        #expect(Tensor([], shape: [0]).bytes() == [])
    }

    @Test func contractsAreNamed() async {
        let count = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor([1, 2, 3], shape: [2, 2])
        }
        expectMessage("Tensor: 3 scalars do not fill shape [2, 2]", of: count)
        let scalar = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Tensor.zeros([2, 2]).scalar
        }
        expectMessage("scalar: the tensor has shape [2, 2], not one element", of: scalar)
        let extent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Shape([2, -1])
        }
        expectMessage("extents must not be negative", of: extent)
    }
}
