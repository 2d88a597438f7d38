import Kernels
import TestSupport
import Testing

@testable import Tensors

@Suite struct GradientsTests {
    @Test func gradientsAddUpOverAllUses() {
        let x = Tensor([2, 3], shape: [2]).variable()
        let y = x * x + x * 5 - x.reshaped([1, 2]).reshaped([2])
        #expect(gradients(of: y.sum(), withRespectTo: [x])[0].scalars == [8, 10])
    }

    /// Two ways of different length from `x`: the later one must not go on before the earlier arrives.
    @Test func gradientsWaitForEveryPath() {
        checkGradients(orders: 3, at: [normal([3], seed: 1), normal([3], seed: 2)]) { inputs in
            let shared = inputs[0] * inputs[1]
            let long = shared.tanh().sigmoid() + inputs[0]
            return long * shared + (shared + long).squared()
        }
    }

    @Test func theCotangentIsTheGradientInTheOutput() {
        let x = Tensor([1, 2, 3], shape: [3]).variable()
        let cotangent = Tensor([10, 20, 30], shape: [3])
        #expect(gradients(of: x * x, withRespectTo: [x], cotangent: cotangent)[0].scalars == [20, 80, 180])
        // One by default, for an output of one element in any shape.
        #expect(gradients(of: x.sum(keepingAxes: true), withRespectTo: [x])[0].scalars == [1, 1, 1])
        #expect(gradients(of: x, withRespectTo: [x], cotangent: cotangent)[0].scalars == [10, 20, 30])
    }

    @Test func aDifferentiableCotangentGivesForwardDerivatives() {
        let x = Tensor([1, 2, 3], shape: [3]).variable()
        let cotangent = Tensor.zeros([3]).variable()
        let backward = gradients(
            of: x.squared(), withRespectTo: [x], cotangent: cotangent, createGraph: true)[0]
        let direction = Tensor([1, 0, -1], shape: [3])
        let forward = gradients(of: backward, withRespectTo: [cotangent], cotangent: direction)[0]
        #expect(forward.scalars == [2, 0, -6])
    }

    @Test func targetsMayLieWithinTheGraph() {
        let x = Tensor([1, 2], shape: [2]).variable()
        let middle = x * 3
        let y = (middle * middle).sum() + x.sum()
        let result = gradients(of: y, withRespectTo: [middle, x])
        #expect(result[0].scalars == [6, 12])
        #expect(result[1].scalars == [19, 37])
    }

    @Test func targetsMayRepeatAndBeTheOutput() {
        let x = Tensor(3).variable()
        let y = x.squared()
        #expect(gradients(of: y, withRespectTo: [x, y, x]).map(\.scalar) == [6, 1, 6])
    }

    @Test func `gradients that are added to sums are the same to the bit, and change no other tensor`() {
        let (x, w, unused) = (
            normal([4, 3], seed: 1).variable(), normal([3, 3], seed: 2).variable(),
            normal([2], seed: 3).variable()
        )
        func loss(_ seed: UInt64) -> Tensor {
            let product = (x + normal([4, 3], seed: seed)).matrixProduct(w)
            return (product * product.tanh() + product + x).sum()
        }
        let targets = [x, w, unused]
        let (first, second) = (
            gradients(of: loss(4), withRespectTo: targets), gradients(of: loss(5), withRespectTo: targets)
        )
        let before = first.map(\.scalars)
        var added: [[Scalar]] = []
        let sums = GradientSums(of: targets)
        sums.withMeans { added = $0.map(\.scalars) }
        #expect(added.isEmpty)
        sums.add(loss(4))
        sums.add(loss(5))
        sums.withMeans { added = $0.map(\.scalars) }
        #expect(added == zip(first, second).map { ($0 + $1).scalars })
        #expect(first.map(\.scalars) == before)
    }

    /// The last loss, whose gradients are shared as soon as they are known, may depend on other targets than the first.
    @Test func sumsAreMeansOverShards() {
        let (x, w, other) = (Tensor(3).variable(), Tensor(2).variable(), Tensor(5).variable())
        let means = Shards.sharing(4) { () -> [[Scalar]] in
            var means: [[Scalar]] = []
            let sums = GradientSums(of: [x, w, other])
            let image = Scalar(Shards.own)
            sums.add(x * w * image)
            sums.add(x * image + x, isLast: true)
            sums.withMeans { means = $0.map(\.scalars) }
            return means
        }
        #expect(means == [[2 * 1.5 + 1.5 + 1], [3 * 1.5], [0]])
    }

    @Test func targetsWithoutInfluenceHaveZeros() {
        let (x, other) = (Tensor(3).variable(), Tensor([1, 2], shape: [2]).variable())
        let result = gradients(of: x.squared(), withRespectTo: [other, x])
        #expect(result[0].shape == [2] && result[0].scalars == [0, 0])
        #expect(result[1].scalar == 6)
        #expect(gradients(of: Tensor(1), withRespectTo: [other])[0].scalars == [0, 0])
        #expect(gradients(of: (x.detached * other).sum(), withRespectTo: [x])[0].scalar == 0)
        // A later result cannot influence an earlier one.
        let earlier = x.squared()
        #expect(gradients(of: earlier, withRespectTo: [earlier * 2, other])[0].scalar == 0)
    }

    /// An operation that fails the test when a gradient goes through it.
    private func unvisited(_ x: Tensor) -> Tensor {
        Tensor(
            x.storage, x.shape, from: [x],
            Operation(name: "unvisited", uses: [[]]) { backward in
                Issue.record("visited though no target lies behind it")
                return [backward.cotangent]
            })
    }

    @Test(arguments: [false, true])
    func onlyOperationsOnAPathAreVisited(createGraph: Bool) {
        let (x, weight) = (Tensor([1, 2], shape: [2]).variable(), Tensor([3, 4], shape: [2]).variable())
        let (older, newer) = (Tensor([1, 1], shape: [2]).variable(), x.variable())
        let y = (x * weight + unvisited(older) * unvisited(newer)).sum()
        let result = gradients(of: y, withRespectTo: [x], createGraph: createGraph, keepGraph: true)
        #expect(result[0].scalars == [3, 4])
        // Nor is what lies behind a target itself.
        let middle = unvisited(x)
        #expect(gradients(of: (middle * weight).sum(), withRespectTo: [middle])[0].scalars == [3, 4])
        #expect(gradients(of: (x * weight).sum(), withRespectTo: [unvisited(x)])[0].scalars == [0, 0])
    }

    @Test func rulesComputeOnlyTheGradientsOnAPath() {
        let (x, weight) = (Tensor(2).variable(), Tensor(3).variable())
        let product = Tensor(
            Storage(1), [], from: [x, weight],
            Operation(name: "both", uses: [[], []]) { backward in
                #expect(backward.needs == [false, true])
                return [nil, backward.cotangent]
            })
        #expect(gradients(of: product, withRespectTo: [weight])[0].scalar == 1)
    }

    @Test func graphsAreKeptOnDemand() {
        let x = Tensor([1, 2], shape: [2]).variable()
        let y = x.exponential().tanh().sum()
        let first = gradients(of: y, withRespectTo: [x], keepGraph: true)[0].scalars
        let graph = gradients(of: y, withRespectTo: [x], createGraph: true)[0]
        #expect(graph.isDifferentiable && graph.scalars == first)
        let last = gradients(of: y, withRespectTo: [x])[0]
        #expect(!last.isDifferentiable && last.scalars == first)
    }

    @Test func aSecondCallTraps() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor(2).variable()
            let y = x.squared()
            _ = gradients(of: y, withRespectTo: [x])
            _ = gradients(of: y, withRespectTo: [x])
        }
        expectMessage("released by an earlier call; pass keepGraph: true there", of: result)
    }

    /// `y` and what it was computed from are targets of the second call: without the trap, the gradient in
    /// `x` would lack all that flows through `y`.
    @Test func aTargetThatWasReleasedHidesNothing() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor(2).variable()
            let y = x.squared()
            _ = gradients(of: y * 3, withRespectTo: [x])
            _ = gradients(of: y * 5, withRespectTo: [y, x])
        }
        expectMessage("released by an earlier call", of: result)
    }

    @Test func aReleasedTargetIsStillATarget() {
        let x = Tensor(2).variable()
        let y = x.squared()
        #expect(gradients(of: y * 3, withRespectTo: [x])[0].scalar == 12)
        #expect(gradients(of: y * 5, withRespectTo: [y])[0].scalar == 5)
    }

    /// Nothing went through `y` to its inputs, so that they can still be asked for.
    @Test func inputsOfATargetAreNotReleased() {
        let x = Tensor(2).variable()
        let y = x.squared()
        #expect(gradients(of: y * 3, withRespectTo: [y])[0].scalar == 3)
        #expect(gradients(of: y * 5, withRespectTo: [y, x]).map(\.scalar) == [5, 20])
    }

    @Test func misuseIsNamed() async {
        let target = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = gradients(of: Tensor(1).variable(), withRespectTo: [Tensor.zeros([2, 3])])
        }
        expectMessage("a target of shape [2, 3] is no variable and was not recorded", of: target)
        let output = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor.zeros([2, 3]).variable()
            _ = gradients(of: x * 2, withRespectTo: [x])
        }
        expectMessage("gradients: output has shape [2, 3], cotangent none", of: output)
        let cotangent = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let x = Tensor.zeros([2, 3]).variable()
            _ = gradients(of: x * 2, withRespectTo: [x], cotangent: Tensor.zeros([3, 2]))
        }
        expectMessage("gradients: output has shape [2, 3], cotangent [3, 2]", of: cotangent)
    }
}

/// What a recorded computation holds in memory, and for how long.
@Suite struct GraphMemoryTests {
    /// For each input, whether the operation that made `tensor` keeps it, and last whether it keeps its
    /// output.
    private func kept(_ tensor: Tensor) -> [Bool] {
        (tensor.node?.inputs.map { $0.storage != nil } ?? []) + [tensor.node?.output != nil]
    }

    @Test func nothingIsKeptForInputsWithoutGradient() {
        let (x, y) = (awayFromZero([3, 3]), awayFromZero([3, 3], seed: 5))
        let (vx, vy) = (x.variable(), y.variable())
        #expect(kept(x * y) == [false])
        #expect(kept(vx + vy) == [false, false, false])
        #expect(kept(vx * vy) == [true, true, false])
        #expect(kept(vx * y) == [false, true, false])
        #expect(kept(x * vy) == [true, false, false])
        #expect(kept(vx / y) == [false, true, false])
        #expect(kept(x / vy) == [false, true, true])
        #expect(kept(vx.tanh()) == [false, true])
        #expect(kept(vx.leakyReLU(slope: 0.2)) == [false, true])
        #expect(kept(vx.softplus()) == [true, false])
        #expect(kept(vx.matrixProduct(y)) == [false, true, false])
        #expect(kept(vx.sum(axes: [0])) == [false, false])
        #expect(kept(vx.transposed([1, 0])) == [false, false])
        let (images, weight) = (x.reshaped([1, 3, 3, 1]), y.reshaped([1, 1, 3, 3]))
        #expect(kept(images.convolved(with: weight.variable())) == [true, false, false])
        #expect(kept(images.variable().convolved(with: weight)) == [false, true, false])
        #expect(kept(images.variable().transposeConvolved(with: weight)) == [false, true, false])
    }

    @Test func gradientsReleaseWhatTheGraphKept() {
        let x = awayFromZero([100]).variable()
        weak var intermediate: Storage?
        var y: Tensor
        do {
            let squared = x * x
            intermediate = squared.storage
            y = (squared * x).sum()
        }
        #expect(intermediate != nil)
        _ = gradients(of: y, withRespectTo: [x], keepGraph: true)
        #expect(intermediate != nil)
        _ = gradients(of: y, withRespectTo: [x])
        #expect(intermediate == nil)
        y = Tensor(0)
    }

    @Test func droppingAResultReleasesItsGraph() {
        weak var node: Node?
        weak var storage: Storage?
        do {
            let x = awayFromZero([100]).variable()
            let y = (x.exponential() * x).sum()
            node = x.node
            storage = x.storage
            _ = gradients(of: y, withRespectTo: [x], createGraph: true)[0].sum()
            #expect(node != nil && storage != nil)
        }
        #expect(node == nil && storage == nil)
    }

    private func chain(_ count: Int, from x: Tensor, _ step: (Tensor) -> Tensor) -> Tensor {
        var y = x
        for _ in 0..<count { y = step(y) }
        return y
    }

    @Test func longChainsDoNotOverflowTheStack() {
        let x = Tensor(1).variable()
        // Released by the gradient.
        let first = chain(200_000, from: x) { $0 + 1 }
        #expect(gradients(of: first, withRespectTo: [x])[0].scalar == 1)
        // Released by letting go of the result, each operation using the one before twice.
        var second = chain(200_000, from: x) { ($0 + $0) * 0.5 }
        weak let node = second.node
        #expect(gradients(of: second, withRespectTo: [x], keepGraph: true)[0].scalar == 1)
        second = Tensor(0)
        #expect(node == nil)
    }

    @Test func longChainsOfRecordedGradientsDoNotOverflowTheStack() {
        let x = Tensor(1).variable()
        let y = chain(50_000, from: x) { $0.tanh() + 0.2 }
        let first = gradients(of: y, withRespectTo: [x], createGraph: true)[0]
        #expect(gradients(of: first, withRespectTo: [x])[0].scalar.isFinite)
    }

    /// Another holder of a result in the middle keeps what that was computed from, and nothing later.
    @Test func releaseStopsAtWhatIsStillHeld() {
        let x = Tensor(1).variable()
        let middle = chain(10, from: x) { $0 + 1 }
        weak var later: Node?
        do {
            let y = chain(10, from: middle) { $0 + 1 }
            later = y.node
        }
        #expect(later == nil)
        #expect(gradients(of: middle, withRespectTo: [x])[0].scalar == 1)
    }
}
