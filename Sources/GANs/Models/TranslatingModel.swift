import Datasets
import Images
import Networks
import Tensors

/// A configuration of a model that makes images of images, or of label maps.
public protocol TranslationModelConfiguration: ModelConfiguration {
    /// Channels of the images that come in: 1 gray or labels, 3 color, 4 color and transparency.
    var inputChannels: Int { get }
    /// What the pixels of the images that come in are labeled with; nil where these are images as others.
    var labels: LabelSet? { get }
    /// What width and height of an image must be a multiple of.
    var sideMultiple: Int { get }
    /// The least size of an image that can be translated.
    var leastSize: ImageSize { get }

    /// Parts of images as a batch.
    func batch(
        inputs: [(index: Int, part: ImagePart)], of first: Dataset, targets: [(index: Int, part: ImagePart)],
        of second: Dataset
    ) -> TrainingBatch
}

extension TranslationModelConfiguration {
    /// Nil: images are translated, not label maps.
    public var labels: LabelSet? { nil }
    /// From the size itself to twice as much.
    public var cropSizes: (least: ImageSize, most: ImageSize)? { (size, size.map { 2 * $0 }) }
    /// As 286 is to 256 (Isola et al. 2017, appendix 6.2), which later work took over.
    public var defaultCrop: ImageSize { size.map { ($0 * 286 + 128) / 256 } }
    /// Networks that translate normalize images one by one.
    public func adapt(
        _ recipe: inout Recipe, discriminator: inout DiscriminatorOptions, from preset: Preset
    ) {
        if discriminator.normalization == .layer { discriminator.normalization = .instance }
    }

    /// The model in words.
    public var description: String {
        "\(name), \(size.dimensions), "
            + (labels.map { "\($0.count) labels" }
                ?? "\(inputChannels) channel\(inputChannels == 1 ? "" : "s")")
            + " to \(outputChannels) channel\(outputChannels == 1 ? "" : "s")"
    }

    /// Parts of images as a batch; label maps become one-hot.
    public func batch(
        inputs: [(index: Int, part: ImagePart)], of first: Dataset, targets: [(index: Int, part: ImagePart)],
        of second: Dataset
    ) -> TrainingBatch {
        TrainingBatch(
            inputs: labels.map { first.oneHot(inputs, size: size, count: $0.count) }
                ?? first.tensor(inputs, size: size),
            reals: second.tensor(targets, size: size))
    }

    func checkChannels(width: Int) throws(ConfigurationError) {
        for channels in [inputChannels, outputChannels] { try ConfigurationError.check(channels: channels) }
        try ConfigurationError.check("width", width, in: 1...512)
    }
}

/// A configuration of a model whose discriminators are PatchGANs.
public protocol PatchLayered: TranslationModelConfiguration, DiscriminatorConfigurable {
    /// Strided layers of the discriminators, 0 to 5: see `PatchGANDiscriminator`.
    var patchLayers: Int { get set }
}

/// A configuration of a model whose discriminators give a score for each patch.
public protocol PatchDiscriminated: PatchLayered {
    var inputChannels: Int { get set }
    var outputChannels: Int { get set }
}

extension PatchDiscriminated {
    /// One half in the discriminator's training, so that it learns more slowly: Isola et al. 2017, section 3.3.
    public func lossWeights(for loss: AdversarialLoss) -> LossWeights { LossWeights(discriminator: 0.5) }

    /// Adam's settings and batch of Isola et al. 2017, appendix 6.2, and Zhu et al. 2017, section 4 and
    /// appendix 7.1.
    func patchRecipe(_ loss: AdversarialLoss) -> Recipe {
        Recipe(
            loss, lossWeights: lossWeights(for: loss),
            generatorOptimizer: .adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8),
            batchSize: 1)
    }

    var patchDescription: String {
        let field = PatchGANDiscriminator.receptiveField(layers: patchLayers)
        return "PatchGAN discriminator with a score for each patch of \(field)x\(field) pixels"
    }

    func checkPatches(width: Int) throws(ConfigurationError) {
        try checkChannels(width: width)
        try ConfigurationError.check("patchLayers", patchLayers, in: 0...5)
        guard PatchGANDiscriminator.scores(along: size.shortSide, layers: patchLayers) >= 1 else {
            throw ConfigurationError(
                "patchLayers", patchLayers,
                "it leaves nothing of images of \(size.dimensions) pixels; make it smaller")
        }
        try discriminator.validatePatches()
    }
}

extension DiscriminatorOptions {
    /// Throws where a discriminator of patches cannot be built so.
    func validatePatches() throws(ConfigurationError) {
        try ConfigurationError.check("pack", pack, in: 1...1)
        try ConfigurationError.check(
            "normalization", normalization.rawValue, oneOf: ["batch", "instance", "none"],
            for: "a discriminator of patches has")
        if minibatchDeviation {
            throw ConfigurationError(
                "minibatchDeviation", true, "a discriminator of patches cannot compare whole images")
        }
    }
}

/// A model that makes images of images.
public protocol TranslatingModel: Model {
    var translation: any TranslationModelConfiguration { get }
    /// The networks of one direction; those that learned from pairs know no other.
    func translator(_ direction: TranslationDirection) -> TranslatorNetworks
}

/// A network that translates, and the one that scores what it makes.
public struct TranslatorNetworks {
    let generator: any Layer
    /// Nil where there is no score for each patch.
    var discriminator: PatchGANDiscriminator?
    /// Whether the discriminator sees the input beside the output.
    let isConditional: Bool
    /// How the generator is run that is used as it was trained.
    var mode = ForwardContext.Mode.training
    /// Tells the style of an image of the second kind, where the generator takes one.
    var encoder: StyleEncoder?

    /// The style of an image of the second kind, where there are styles: the likeliest.
    ///
    /// - Shapes: `[1, height, width, channels]` to `[1, styleSize]`.
    func style(of image: Tensor) -> Tensor? { encoder.map { $0(image, .inference).mean } }

    /// - Parameter style: nil for none, or a drawn one.
    func output(of input: Tensor, style: Tensor?, _ context: ForwardContext) -> Tensor {
        guard let style, let generator = generator as? any StyledLayer else {
            return generator(input, context)
        }
        return generator(input, style: style, context)
    }

    /// Images as a network translates them, one by one: statistics of images must not mix.
    ///
    /// - Shapes: `[n, h, w, channels]` to as many; the style `[1, styleSize]`.
    func translated(
        _ input: Tensor, style: Tensor? = nil, mode: ForwardContext.Mode? = nil, seed: UInt64 = 0
    ) -> Tensor {
        let outputs = (0..<input.shape[0]).map { index in
            output(
                of: input.sliced(axis: 0, index..<index + 1), style: style,
                ForwardContext(
                    mode: mode ?? self.mode, statistics: .kept, differentiatesParameters: false,
                    random: RandomStream(seed: seed, purpose: .dropout)))
        }
        return Tensor.concatenated(outputs, axis: 0)
    }
}

extension TranslatingModel {
    /// The inputs and targets of a batch.
    public func material(of batch: TrainingBatch, latents: inout RandomStream) -> StepMaterial {
        guard let inputs = batch.inputs else {
            fatalError("images were asked to be translated that are none")
        }
        return StepMaterial(inputs: inputs, reals: batch.reals)
    }

    /// Eight examples, as many at once as in a batch.
    public func observation(_ recipe: Recipe) -> (count: Int, atOnce: Int) { (8, min(8, recipe.batchSize)) }

    /// Some examples as a batch.
    public func examples(_ indices: [Int], of set: ExampleSet) -> TrainingBatch {
        let first = set.inputs ?? set.reals
        func middle(_ dataset: Dataset) -> [(index: Int, part: ImagePart)] {
            let (whole, part) = (dataset.format.size, translation.size)
            let (x, y) = ((whole.width - part.width) / 2, (whole.height - part.height) / 2)
            return indices.map { ($0, ImagePart(x: x, y: y, isMirrored: false)) }
        }
        return translation.batch(
            inputs: middle(first), of: first, targets: middle(set.reals), of: set.reals)
    }

    /// Input, output and target of pairs, of networks with styles the output with a drawn one, too; or an image of
    /// each set, translated, and translated back.
    public func sheet(_ examples: Examples) -> Image {
        let batches = sheetExamples(examples)
        let isPaired = type(of: translation).data.hasTargets
        let hasStyles = translator(.a2b).encoder != nil
        let rows = batches.enumerated().map { number, example -> [Image] in
            let inputs = example.inputs ?? example.reals
            let input = translation.images(ofInputs: inputs)
            let output = translate(inputs, .a2b, inStyleOf: isPaired ? example.reals : nil)
            if isPaired {
                let drawn = hasStyles ? [translate(inputs, .a2b, seed: UInt64(number))] : []
                return input + (drawn + [output, example.reals]).flatMap(images)
            }
            let other = translate(example.reals, .b2a)
            return input
                + [output, translate(output, .b2a), example.reals, other, translate(other, .a2b)]
                .flatMap(images)
        }
        return Image.grid(rows.flatMap(\.self), columns: hasStyles ? 8 : 6)
    }

    /// The same ones always: of what is held out, if anything is.
    private func sheetExamples(_ examples: Examples) -> [TrainingBatch] {
        guard let set = examples.heldOut ?? examples.training else { return [] }
        let count = min(8, set.count)
        guard let inputs = set.inputs, inputs.count != set.reals.count else {
            return set.spread(count).map { self.examples([$0], of: set) }
        }
        // Two sets that do not belong together: spread evenly over each of them.
        return (0..<count).map { number in
            let (one, other) = (number * inputs.count / count, number * set.reals.count / count)
            return TrainingBatch(
                inputs: self.examples([one], of: ExampleSet(inputs: inputs, reals: inputs)).inputs,
                reals: self.examples([other], of: ExampleSet(inputs: set.reals, reals: set.reals)).reals)
        }
    }

    /// - Parameter target: whose style the result gets, where there are styles.
    private func translate(
        _ input: Tensor, _ direction: TranslationDirection, inStyleOf target: Tensor? = nil, seed: UInt64 = 0
    ) -> Tensor {
        let networks = translator(direction)
        return networks.translated(input, style: target.flatMap(networks.style), seed: seed)
    }

    /// The mean absolute difference from the targets of held-out pairs; without pairs the sliced Wasserstein
    /// distance from translations to held-out images of the second kind.
    public func measure(_ examples: Examples, into row: inout MetricsRow) {
        guard let heldOut = examples.heldOut else { return }
        let count = min(heldOut.count, 100)
        guard type(of: translation).data.hasTargets else {
            let pairs = (0..<count).map { self.examples([$0], of: heldOut) }
            row.distance = SlicedWassersteinDistance(
                reals: pairs.flatMap { images($0.reals) },
                fakes: pairs.flatMap { images(translate($0.inputs ?? $0.reals, .a2b)) })
            return
        }
        let differences = (0..<count).map { index in
            let pair = self.examples([index], of: heldOut)
            let output = translate(pair.inputs ?? pair.reals, .a2b, inStyleOf: pair.reals)
            return Double((output - pair.reals).absolute().mean().scalar)
        }
        row.difference = differences.reduce(0, +) / Double(count)
    }

    /// Plots of the model's losses and measures.
    public func panels(of log: MetricsLog) -> [LinePlot.Panel] {
        let held = log.series("difference from targets held out") { $0.difference }
        let parts = partNames.filter { $0 != "divergence" }.map { name in log.series(name) { $0.parts?[name] }
        }
        // In nats, beside which differences would lie flat.
        let divergence = log.series("divergence") { $0.parts?["divergence"] }
        return [
            LinePlot.Panel(
                yLabel: "mean absolute difference", series: parts + (held.x.count > 1 ? [held] : []))
        ]
            + (divergence.x.isEmpty
                ? [] : [LinePlot.Panel(yLabel: "divergence of styles", series: [divergence])])
    }
}
