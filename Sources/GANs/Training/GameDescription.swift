import Networks

extension TrainingConfiguration {
    /// The game in words, a line for each part: what is played for, how the discriminator is kept in bounds,
    /// how both learn.
    public var gameDescription: [String] {
        var lines = ["objective \(objective.rawValue)" + targets]
        var bounds = regularizers.map(\.description)
        let options = architecture.family.discriminator
        if options.spectral { bounds.append("spectral normalization") }
        if regularizationInterval > 1 && regularizers.contains(where: \.isLazy) {
            bounds.append("every \(regularizationInterval) steps")
        }
        if !bounds.isEmpty { lines.append("regularized by " + bounds.joined(separator: ", ")) }
        if let pathLength {
            lines.append(
                "generator regularized by path length \(pathLength.weight), every \(pathLength.interval) steps"
            )
        }
        lines.append("discriminator: " + discriminatorWords(options).joined(separator: ", "))
        if generatorOptimizer == discriminatorOptimizer {
            lines.append("both learn by \(generatorOptimizer.description)")
        } else {
            lines.append(
                "generator learns by \(generatorOptimizer.description), discriminator by "
                    + discriminatorOptimizer.description)
        }
        if let decay = learningRateDecay {
            lines.append("learning rates fall to nothing from step \(decay.from) to \(decay.to)")
        }
        if case .styleGAN(let family) = architecture, let growth = family.growth {
            lines.append(
                "grows from 4x4, \(growth.phaseImages) images in a phase, to \(family.size)x\(family.size)")
        }
        if let conditioning = architecture.family.conditioning {
            lines.append(
                "conditional (\(conditioning.variant.rawValue)) on \(conditioning.classes.count) classes")
        }
        lines.append("augmentation \(augmentation.description)")
        return lines
    }

    private var targets: String {
        (labelSmoothing > 0 ? ", target for reals \(1 - labelSmoothing)" : "")
            + (instanceNoise > 0 ? ", instance noise \(instanceNoise)" : "")
    }

    private func discriminatorWords(_ options: DiscriminatorOptions) -> [String] {
        var words = [
            "\(discriminatorSteps) step\(discriminatorSteps == 1 ? "" : "s") for each of the generator",
            ["batch": "BatchNorm", "layer": "LayerNorm"][options.normalization.rawValue]
                ?? "no normalization",
        ]
        if discriminatorStrength != 1 { words.append("strength \(discriminatorStrength)") }
        if options.minibatchDeviation { words.append("minibatch deviation") }
        if options.pack > 1 { words.append("\(options.pack) images at once") }
        return words
    }
}

extension Regularizer: CustomStringConvertible {
    public var description: String {
        switch self {
        case .clip(let limit): "clip \(limit)"
        case .gradientPenalty(let weight): "gradient penalty \(weight)"
        case .r1(let gamma): "R1 \(gamma)"
        case .r2(let gamma): "R2 \(gamma)"
        case .dragan(let weight): "DRAGAN \(weight)"
        }
    }
}

extension Augmentation: CustomStringConvertible {
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
