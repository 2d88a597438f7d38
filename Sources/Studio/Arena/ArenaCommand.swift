import GANs
import Networks

extension ArenaSettings {
    /// The `gan toy` that trains the same networks in the same way, to the bit, if no setting was changed on the way;
    /// nil of drawn points, which it does not know.
    ///
    /// - Parameter step: steps of the generator so far.
    public func command(step: Int) -> String? {
        guard ToyDistribution(rawValue: data) != nil else { return nil }
        let steps = max(step, 2)
        // Until the last step the learning rates stay as they are here.
        let words =
            ["gan toy", data] + options
            + ["--seed \(seed)", "--steps \(steps)", "--decay-from \(steps - 1)", "--out toy"]
        return words.joined(separator: " ")
    }

    private var options: [String] {
        let standard = ArenaSettings()
        var options: [String] = []
        func add(_ name: String, _ value: some Equatable, unless usual: Bool) {
            if !usual { options.append("--\(name) \(value)") }
        }
        func add<Value: Equatable>(
            _ name: String, _ path: KeyPath<ArenaSettings, Value>, always: Bool = false
        ) {
            add(name, self[keyPath: path], unless: !always && self[keyPath: path] == standard[keyPath: path])
        }
        // Some losses and regularizers bring with them what they were published with.
        let bringsMore = Preset(partnerOf: objective) != nil || !regularizers.isEmpty || spectral
        add("objective", objective.rawValue, unless: objective == standard.objective && !bringsMore)
        options += regularizers.map { "--regularizer \($0.kind.rawValue)=\($0.strength)" }
        if spectral { options.append("--regularizer spectral") }
        if regularizers.isEmpty && !spectral && bringsMore { options.append("--regularizer none") }
        add("regularization-interval", \.regularizationInterval, always: bringsMore)
        add("optimizer", optimizer.rawValue, unless: optimizer == standard.optimizer && !bringsMore)
        if optimizer == .adam {
            add("beta1", \.beta1, always: bringsMore)
            add("beta2", \.beta2, always: bringsMore)
        }
        add("g-lr", \.generatorRate, always: bringsMore)
        add("d-lr", \.discriminatorRate, always: bringsMore)
        add("critic-steps", \.criticSteps, always: bringsMore)
        add("discriminator-strength", \.discriminatorStrength)
        add("normalization", normalization.rawValue, unless: normalization == .none && !bringsMore)
        add("instance-noise", \.instanceNoise)
        add("label-smoothing", \.labelSmoothing)
        if minibatchDeviation { options.append("--minibatch-deviation") }
        add("pack", \.pack)
        add("latent", \.latentSize)
        add("width", \.width)
        add("depth", \.depth)
        add("batch", \.batchSize)
        return options
    }
}
