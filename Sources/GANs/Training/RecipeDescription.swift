import Networks

extension TrainingConfiguration {
    /// The recipe in words, a line for each part: losses, regularizers, discriminator, optimizers, data.
    public var recipeDescription: [String] {
        lossLines + model.lossDescription + optimizerLines + dataLines
    }

    private var hasDiscriminator: Bool { !model.adversarialLosses.isEmpty }

    private var lossLines: [String] {
        guard hasDiscriminator else { return [] }
        var lines = ["adversarial loss \(recipe.adversarialLoss.rawValue)" + targets]
        var regularizers = recipe.regularizers.map(\.description)
        if discriminator?.spectral == true { regularizers.append("spectral normalization") }
        if recipe.regularizationInterval > 1 && recipe.regularizers.contains(where: \.isLazy) {
            regularizers.append("every \(recipe.regularizationInterval) steps")
        }
        if !regularizers.isEmpty { lines.append("regularization: " + regularizers.joined(separator: ", ")) }
        if let pathLength = recipe.pathLength {
            lines.append(
                "path-length regularization \(pathLength.weight), every \(pathLength.interval) steps")
        }
        lines.append("discriminator: " + discriminatorWords.joined(separator: ", "))
        return lines
    }

    private var targets: String {
        (recipe.labelSmoothing > 0 ? ", target for real images \(1 - recipe.labelSmoothing)" : "")
            + (recipe.adversarialLoss.hasMargin && recipe.marginJitter > 0
                ? ", margins from \(1 - recipe.marginJitter) to 1" : "")
            + (recipe.instanceNoise > 0 ? ", instance noise \(recipe.instanceNoise)" : "")
    }

    private var discriminatorWords: [String] {
        let steps = recipe.discriminatorSteps
        var words = ["\(steps) step\(steps == 1 ? "" : "s") for each step of the generator"]
        if let options = discriminator {
            words.append(options.normalization.words)
            if options.minibatchDeviation { words.append("minibatch deviation") }
            if options.pack > 1 { words.append("\(options.pack) images at once") }
        }
        if recipe.discriminatorStrength != 1 { words.append("strength \(recipe.discriminatorStrength)") }
        return words
    }

    private var optimizerLines: [String] {
        let (generator, discriminator) = (
            recipe.generatorOptimizer.description, recipe.discriminatorOptimizer.description
        )
        var lines = [
            !hasDiscriminator || generator == discriminator
                ? "optimizer \(generator)"
                : "optimizers: generator \(generator), discriminator \(discriminator)"
        ]
        if let decay = recipe.learningRateDecay {
            lines.append("learning rates fall to nothing from step \(decay.from) to \(decay.to)")
        }
        lines.append(
            recipe.movingAverage.map {
                "moving average of the generator, half-life \(Int($0.halfLifeInImages)) images"
            } ?? "no moving average of the generator")
        return lines
    }

    private var dataLines: [String] {
        var lines: [String] = []
        if let conditioning = (model as? any LatentModelConfiguration)?.conditioning {
            lines.append(
                "class-conditional (\(conditioning.variant.rawValue)) on \(conditioning.classes.count) classes"
            )
        }
        if recipe.frozenDiscriminatorLayers > 0 {
            lines.append("frozen layers of the discriminator: the first \(recipe.frozenDiscriminatorLayers)")
        }
        if recipe.freezesMapping { lines.append("the mapping network is frozen") }
        if let size = data.cropFrom {
            lines.append(
                (size != model.size ? "random parts of images at \(size.dimensions)" : "whole images")
                    + (data.flip ? ", mirrored at random" : ""))
        }
        if hasDiscriminator && type(of: model).data != .points {
            lines.append("augmentation \(recipe.augmentation.description)")
        }
        return lines
    }
}

extension DiscriminatorOptions.Normalization {
    fileprivate var words: String {
        switch self {
        case .batch: "BatchNorm"
        case .instance: "instance normalization"
        case .layer: "LayerNorm"
        case .none: "no normalization"
        }
    }
}

extension Augmentation: CustomStringConvertible {
    /// In words, such as `differentiable (color,cutout)`.
    public var description: String {
        guard case .differentiable(let policy) = self else { return name }
        return "\(name) (\(policy))"
    }
}

extension OptimizerConfiguration {
    var description: String {
        switch self {
        case .adam(let rate, let beta1, let beta2, _): "Adam \(rate) (\(beta1), \(beta2))"
        case .rmsProp(let rate, _, _): "RMSProp \(rate)"
        case .sgd(let rate, let momentum): "SGD \(rate)" + (momentum > 0 ? ", momentum \(momentum)" : "")
        }
    }
}
