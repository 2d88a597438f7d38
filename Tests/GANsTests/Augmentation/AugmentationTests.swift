import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct AugmentationTests {
    private func images(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var random = RandomStream(seed: seed, purpose: .drawing)
        return Tensor.uniform(shape, from: &random) * 2 - 1
    }

    private func stream(_ seed: UInt64 = 3) -> RandomStream {
        RandomStream(seed: seed, purpose: .imageTransforms)
    }

    static let all: [Augmentation] = [
        .differentiable, .differentiable(policy: .color), .differentiable(policy: .translation),
        .differentiable(policy: .cutout), .adaptive,
    ]

    @Test(arguments: all, [1, 3, 4])
    func `every augmentation changes images and differentiates`(augmentation: Augmentation, channels: Int) {
        let x = images([3, 8, 6, channels])
        var random = stream()
        let result = augmentation.apply(to: x, probability: 0.8, random: &random)
        #expect(result.shape == x.shape && result.scalars != x.scalars)
        var again = stream()
        #expect(augmentation.apply(to: x, probability: 0.8, random: &again).scalars == result.scalars)
        #expect(again == random)
        #expect(augmentation.apply(to: x, probability: 0.8, random: &again).scalars != result.scalars)

        checkGradients(at: [images([2, 4, 4, channels])]) { inputs in
            var random = RandomStream(seed: 1, purpose: .imageTransforms)
            return augmentation.apply(to: inputs[0], probability: 0.8, random: &random)
        }
    }

    @Test func `without augmentation nothing happens and no number is taken`() {
        let x = images([2, 4, 4, 3])
        var random = stream()
        #expect(Augmentation.none.apply(to: x, probability: 1, random: &random).scalars == x.scalars)
        #expect(random == stream())
    }

    /// A resumed run must find the stream where it would be.
    @Test func `adaptive augmentation takes as many numbers at any probability`() {
        let x = images([5, 4, 4, 3])
        let ends = [0, 0.3, 1].map { probability -> RandomStream in
            var random = stream()
            let result = Augmentation.adaptive.apply(to: x, probability: probability, random: &random)
            #expect((result.scalars == x.scalars) == (probability == 0))
            return random
        }
        #expect(Set(ends).count == 1 && ends[0].position > 0)
    }

    @Test func `transparency keeps its values under changes of color`() {
        let x = images([4, 3, 3, 4])
        func transparency(_ tensor: Tensor) -> [Scalar] {
            let scalars = tensor.scalars
            return stride(from: 3, to: scalars.count, by: 4).map { scalars[$0] }
        }
        var random = stream()
        let colors: AdaptiveTransforms = [.brightness, .contrast, .lumaFlip, .hue, .saturation]
        for result in [
            DifferentiablePolicy.color.apply(to: x, &random).images,
            colors.apply(to: x, probability: 1, &random).images,
        ] {
            #expect(transparency(result) == transparency(x))
            #expect(result.scalars != x.scalars)
        }
    }

    @Test func `gray images have no hue and no saturation`() {
        let x = images([20, 3, 3, 1])
        var random = stream()
        let result = AdaptiveTransforms([.hue, .saturation]).apply(to: x, probability: 1, &random).images
        #expect(result.scalars == x.scalars)
    }

    /// `AugmentPipe(lumaflip=1)` of Karras et al. 2020's program makes of a gray x either x or -x.
    @Test func `the luma flip of gray images changes their sign`() {
        let x = images([40, 3, 3, 1])
        var random = stream()
        let result = AdaptiveTransforms.lumaFlip.apply(to: x, probability: 1, &random).images
        let (before, after) = (x.scalars, result.scalars)
        var flipped = 0
        for image in 0..<40 {
            let pixels = image * 9..<(image + 1) * 9
            let isFlipped = after[pixels.lowerBound] != before[pixels.lowerBound]
            expectClose(Array(after[pixels]), before[pixels].map { isFlipped ? -$0 : $0 })
            flipped += isFlipped ? 1 : 0
        }
        #expect((8...32).contains(flipped))
    }
}

@Suite struct DifferentiablePolicyTests {
    @Test func `colors follow the published formulas`() throws {
        let golden = try Golden.load("recolored")
        let colors = golden["colors"].values
        let transforms = (0..<3).map { image in
            ChannelTransform.brightness(colors[3 * image], channels: 3)
                .then(.saturation(colors[3 * image + 1], channels: 3))
                .then(.contrastAboutMean(colors[3 * image + 2], channels: 3))
        }
        let input = golden.tensor("input").variable()
        let output = input.channelsTransformed(by: transforms)
        golden.expect(output, equals: "output")
        golden.expect(
            gradients(of: output, withRespectTo: [input], cotangent: golden.tensor("cotangent"))[0],
            equals: "gradient.input")
    }

    /// Whole pixels, up to an eighth in each direction, all of which come up.
    @Test func `translations move by whole pixels`() {
        let (count, size) = (600, 16)
        var random = RandomStream(seed: 1, purpose: .imageTransforms)
        // One bright pixel in the middle of each image.
        let x = Tensor(filling: [count, size, size, 1]) { buffer in
            buffer.update(repeating: 0)
            for image in 0..<count { buffer[(image * size + 8) * size + 8] = 1 }
        }
        let moved = DifferentiablePolicy.translation.apply(to: x, &random).images.scalars
        let places = moved.indices.filter { moved[$0] != 0 }
        #expect(places.count == count && places.allSatisfy { moved[$0] == 1 })
        let shifts = Set(places.map { [$0 % size - 8, $0 / size % size - 8] })
        #expect(shifts == Set((-2...2).flatMap { x in (-2...2).map { [x, $0] } }))
    }

    @Test(arguments: [(16, 12), (7, 9), (1, 1)])
    func `cutouts cover a quarter, or what of it lies inside`(height: Int, width: Int) {
        var random = RandomStream(seed: 1, purpose: .imageTransforms)
        let count = 300
        let x = Tensor(repeating: 1, shape: [count, height, width, 3])
        let result = DifferentiablePolicy.cutout.apply(to: x, &random).images.scalars
        let most = (Int((Double(height) / 2).rounded()), Int((Double(width) / 2).rounded()))
        var covered: [Int] = []
        for image in 0..<count {
            let pixels = (0..<height * width).filter { result[(image * height * width + $0) * 3] == 0 }
            let (rows, columns) = (Set(pixels.map { $0 / width }), Set(pixels.map { $0 % width }))
            #expect(pixels.count == rows.count * columns.count, "a rectangle")
            #expect(rows.count <= most.0 && columns.count <= most.1)
            covered.append(pixels.count)
        }
        #expect(covered.max() == most.0 * most.1)
        #expect(result.allSatisfy { $0 == 0 || $0 == 1 })
        if height > 1 { #expect(Set(covered).count > 3) }
    }

    @Test func `policies have names`() throws {
        #expect(try DifferentiablePolicy("cutout,color") == [.color, .cutout])
        #expect(DifferentiablePolicy.all.description == "color,translation,cutout")
        let error = #expect(throws: ConfigurationError.self) { try DifferentiablePolicy("color,blur") }
        #expect("\(error!)".contains("\"blur\""))
        #expect(throws: ConfigurationError.self) { try DifferentiablePolicy("") }
    }
}

@Suite struct AdaptiveTransformsTests {
    /// Images changed by one transform with a probability.
    private func share(_ transforms: AdaptiveTransforms, probability: Double) -> Double {
        var random = RandomStream(seed: 9, purpose: .imageTransforms)
        let (count, size) = (3000, 5 * 5 * 3)
        let x = Tensor(filling: [count, 5, 5, 3]) { buffer in
            for place in buffer.indices { buffer[place] = Scalar(place % size * 7 % 11) / 11 }
        }
        let result = transforms.apply(to: x, probability: probability, &random).images.scalars
        let before = Array(x.scalars[..<size])
        let changed = (0..<count).count { image in
            result[image * size..<(image + 1) * size] != before[...]
        }
        return Double(changed) / Double(count)
    }

    /// Mirroring and the flip of luma are drawn of two, turns of four; a shift of up to an eighth of 5 pixels
    /// rounds to one in a fifth of the draws along each axis. Each comes with a probability of 0.6.
    @Test(arguments: [
        (AdaptiveTransforms.mirroring, 0.3), (.quarterTurn, 0.45), (.wholeShift, 0.6 * 0.36), (.scale, 0.6),
        (.rotation, 0.6), (.stretch, 0.6), (.shift, 0.6), (.brightness, 0.6), (.contrast, 0.6),
        (.lumaFlip, 0.3),
        (.hue, 0.6), (.saturation, 0.6),
    ])
    func `each transform comes with the probability`(transform: AdaptiveTransforms, expected: Double) {
        // Four standard deviations of a share of 3000.
        #expect(abs(share(transform, probability: 0.6) - expected) < 0.037)
    }

    @Test func `all together leave hardly an image alone`() {
        let expected = 1 - pow(0.8, 9) * 0.9 * 0.9 * 0.85
        #expect(abs(share(.all, probability: 0.2) - expected) < 0.03)
    }

    private func apply(_ transform: ChannelTransform, _ color: [Scalar]) -> [Scalar] {
        Tensor(color, shape: [1, 1, 1, color.count]).channelsTransformed(by: [transform]).scalars
    }

    @Test func `colors change as their names say`() {
        let color: [Scalar] = [0.5, -0.25, 0.125, 0.75]
        let third = 2 * Double.pi / 3
        expectClose(apply(.hue(third, channels: 4), color), [0.125, 0.5, -0.25, 0.75], absolute: 1e-6)
        expectClose(
            apply(.hue(2 * third, channels: 3), Array(color[..<3])), [-0.25, 0.125, 0.5], absolute: 1e-6)
        // The mean is 0.125.
        expectClose(apply(.lumaFlip(channels: 4), color), [0.25, -0.5, -0.125, 0.75], absolute: 1e-6)
        expectClose(apply(.saturation(0, channels: 4), color), [0.125, 0.125, 0.125, 0.75], absolute: 1e-6)
        expectClose(apply(.saturation(2, channels: 4), color), [0.875, -0.625, 0.125, 0.75], absolute: 1e-6)
        expectClose(apply(.contrast(2, channels: 4), color), [1, -0.5, 0.25, 0.75], absolute: 1e-6)
        expectClose(apply(.brightness(0.25, channels: 4), color), [0.75, 0, 0.375, 0.75], absolute: 1e-6)
        expectClose(
            apply(.contrastAboutMean(3, channels: 4), color), [1.25, -1, 0.125, 0.75], absolute: 1e-6)
        #expect(apply(.saturation(3, channels: 1), [0.5]) == [0.5])
    }
}

@Suite struct AdaptiveProbabilityTests {
    private func scores(_ positive: Int, of count: Int) -> Tensor {
        Tensor((0..<count).map { $0 < positive ? 0.5 : -2 }, shape: [count])
    }

    @Test func `it follows the published rule`() {
        var probability = AdaptiveProbability(target: 0.6, rampInImages: 1000)
        // 9 of 10 above zero: r = 0.8.
        for batch in 1...8 {
            probability.observe(margins: scores(9, of: 10))
            expectClose([probability.value], [Double(batch / 4) * 40 / 1000], absolute: 1e-12)
            #expect((probability.sureness == nil) == (batch < 4))
        }
        expectClose([probability.sureness!], [0.8], absolute: 1e-12)
        // 8 of 10: r = 0.6, on target.
        for _ in 0..<4 { probability.observe(margins: scores(8, of: 10)) }
        expectClose([probability.value], [0.08], absolute: 1e-12)
        for _ in 0..<4 { probability.observe(margins: scores(5, of: 10)) }
        expectClose([probability.value], [0.04], absolute: 1e-12)
    }

    @Test func `it stays within 0 and 1`() {
        var probability = AdaptiveProbability(target: 0.6, rampInImages: 100)
        for _ in 0..<4 { probability.observe(margins: scores(0, of: 30)) }
        #expect(probability.value == 0)
        for _ in 0..<8 { probability.observe(margins: scores(30, of: 30)) }
        #expect(probability.value == 1)
    }

    @Test func `saved between two changes it goes on to the bit`() throws {
        var whole = try #require(Augmentation.adaptive.makeProbability())
        for batch in 0..<6 { whole.observe(margins: scores(20 + batch, of: 26)) }
        var resumed = try JSONDecoder().decode(
            AdaptiveProbability.self, from: JSONEncoder().encode(whole))
        #expect(resumed == whole)
        for batch in 0..<7 {
            whole.observe(margins: scores(19 + batch, of: 26))
            resumed.observe(margins: scores(19 + batch, of: 26))
        }
        #expect(resumed == whole && whole.value > 0)
    }
}

/// Of each adversarial loss with its own border between real and generated images.
@Suite struct AdaptiveEquilibriumTests {
    /// The discriminator's outputs where it cannot tell real from generated images: Goodfellow et al. 2014,
    /// proposition 1, D = 1/2; Mao et al. 2017, section 3.2.2, 1/2; relativistic losses leave the outputs' level free.
    private static let equilibria: [(AdversarialLoss, output: Double)] = [
        (.minimax, 0), (.nonSaturating, 0), (.leastSquares, 0.5), (.hinge, 0), (.relativistic, 7),
        (.relativisticAverage, -3),
    ]

    /// The probability after 40 steps with outputs about a level, real ones higher by `gap`.
    private func probability(_ loss: AdversarialLoss, level: Double, gap: Double, target: Double = 1)
        -> Double
    {
        var probability = AdaptiveProbability(target: 0.6, rampInImages: 1000)
        var random = RandomStream(seed: 3, purpose: .drawing)
        func outputs(_ mean: Double) -> Tensor {
            Tensor.normal([32], from: &random) * 0.05 + Scalar(mean)
        }
        for _ in 0..<40 {
            let (real, fake) = (outputs(level + gap), outputs(level))
            probability.observe(margins: loss.margins(real: real, fake: fake, target: target))
        }
        return probability.value
    }

    @Test func `at the equilibrium nothing is augmented, of every loss`() {
        for (loss, output) in Self.equilibria {
            #expect(probability(loss, level: output, gap: 0) == 0, "\(loss)")
        }
    }

    @Test func `a discriminator that tells real images apart has them augmented, of every loss`() {
        for (loss, output) in Self.equilibria {
            #expect(probability(loss, level: output, gap: 0.3) > 0.9, "\(loss)")
        }
    }

    /// With the target t the best discriminator's D is t / 2 where it can tell nothing (Salimans et al. 2016, section
    /// 3.4): 0.45 for 0.9, a logit of -0.2007.
    @Test func `smoothed labels move the border`() {
        #expect(probability(.nonSaturating, level: -0.2007, gap: 0, target: 0.9) == 0)
        #expect(probability(.nonSaturating, level: -0.2007, gap: 0.15, target: 0.9) > 0.9)
        #expect(probability(.leastSquares, level: 0.45, gap: 0, target: 0.9) == 0)
        #expect(probability(.leastSquares, level: 0.45, gap: 0.15, target: 0.9) > 0.9)
    }
}

/// The probability is the same for all images that are compared in a step.
@Suite struct FrozenProbabilityTests {
    private final class Seen: Discriminator {
        var inputs: [Tensor] = []
        let members: [(name: String, part: Any)] = []

        func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> DiscriminatorOutput {
            inputs.append(images)
            return DiscriminatorOutput(score: images.sum(axes: [1, 2, 3]) * 0 + 1)
        }

        func features(of images: Tensor, _ context: ForwardContext) -> Tensor? { nil }
    }

    @Test func `real and generated images of a step undergo the same`() throws {
        var progress = TrainingProgress(seed: 1)
        var probability = AdaptiveProbability(target: 0.6, rampInImages: 1)
        // With the fourth batch it leaps to 1.
        for _ in 0..<3 { probability.observe(margins: Tensor([1, 1], shape: [2])) }
        progress.augmentation = probability
        var recipe = DCGAN().recipe
        recipe.augmentation = .adaptive(target: 0.6, rampInImages: 1)
        var stream = RandomStream(seed: 1, purpose: .drawing)
        let (reals, fakes) = (
            Tensor.normal([2, 4, 4, 3], from: &stream), Tensor.normal([2, 4, 4, 3], from: &stream)
        )
        let seen = Seen()
        let task = AdversarialTask(seen) { _ in fakes }
        let context = StepContext(
            StepMaterial(inputs: fakes, reals: reals), recipe, trainsGenerator: true, progress: progress)
        for term in task.discriminatorTerms(recipe) { _ = term.loss(context) }
        _ = task.generatorLoss(of: fakes, context)
        #expect(seen.inputs.map(\.scalars) == [reals, fakes, fakes].map(\.scalars))
        for margins in context.margins { progress.augmentation?.observe(margins: margins) }
        #expect(progress.augmentation?.value == 1)
    }
}

@Suite struct AugmentationSettingsTests {
    /// Karras et al. 2020 let p rise to 1 within 500,000 of 25 million images; what p stands for is reached in as
    /// short a part of a short training, where a batch allows it.
    @Test(arguments: [(25_000_000.0, 2_500_000), (160_000, 20_000), (1_000_000, 100_000), (3, 20_000)])
    func `the adaptive probability keeps the pace of the training`(images: Double, ramp: Int) {
        #expect(Augmentation.adaptive.paced(forImages: images) == .adaptive(target: 0.6, rampInImages: ramp))
        #expect(Augmentation.adaptive.paced(forImages: nil) == .adaptive(target: 0.6, rampInImages: 20_000))
        #expect(Augmentation.differentiable.paced(forImages: images) == .differentiable)
    }

    @Test func `settings survive their JSON`() throws {
        for augmentation in [Augmentation.none, .adaptive] + AugmentationTests.all {
            let data = try JSONEncoder().encode(augmentation)
            #expect(try JSONDecoder().decode(Augmentation.self, from: data) == augmentation)
        }
        for name in Augmentation.names { #expect(Augmentation(name: name)?.name == name) }
        #expect(Augmentation(name: "auto") == nil)
        #expect(
            Augmentation.none.makeProbability() == nil && Augmentation.differentiable.makeProbability() == nil
        )
    }

    @Test(arguments: [
        (1, "differentiable", "1 image:"), (1_999, "differentiable", "1,999 images:"),
        (2_000, "adaptive", "2,000 images:"), (29_999, "adaptive", "29,999 images:"),
        (30_000, "none", "30,000 images:"), (1_234_567, "none", "1,234,567 images:"),
        (100, "differentiable", "100 images:"),
    ])
    func `the number of images decides`(images: Int, name: String, words: String) {
        let (augmentation, reason) = Augmentation.suggested(images: images, isOfStyles: false)
        #expect(augmentation.name == name && reason.hasPrefix(words))
        // Style-based models have no use for the differentiable one.
        let styled = Augmentation.suggested(images: images, isOfStyles: true)
        #expect(styled.augmentation.name == (name == "differentiable" ? "adaptive" : name))
        #expect(styled.reason.hasPrefix(words))
    }

    @Test func `settings that make no sense are refused`() throws {
        for augmentation in [Augmentation.none] + AugmentationTests.all { try augmentation.validate() }
        for augmentation in [
            Augmentation.differentiable(policy: []), .adaptive(target: 1.5, rampInImages: 1000),
            .adaptive(target: 0.6, rampInImages: 0),
        ] { #expect(throws: ConfigurationError.self) { try augmentation.validate() } }
    }
}
