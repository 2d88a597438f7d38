import ArgumentParser
import GANs

/// What the library's settings are called on the command line.
enum OptionNames {
    /// Of settings whose option is not their name in kebab case.
    private static let exceptions = [
        "adversarialLoss": "objective",
        "augmentation": "augment",
        "batchSize": "batch",
        "channelMaximum": "channel-max",
        "classifier": "vgg",
        "discriminatorOptimizer": "d-lr",
        "freezesMapping": "freeze-mapping",
        "frozenDiscriminatorLayers": "freeze-discriminator",
        "gamma": "regularizer",
        "generatorOptimizer": "g-lr",
        "halfLifeInImages": "half-life",
        "latentSize": "latent",
        "learningRate": "lr",
        "paddingMode": "tileable",
        "penalty": "regularizer",
        "phaseImages": "grow-images",
        "variant": "conditioning",
    ]

    /// Such as `channel-base` for `channelBase`.
    static func option(for setting: String) -> String {
        if let exception = exceptions[setting] { return exception }
        return setting.reduce(into: "") { name, letter in
            name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
    }

    /// Such as `lr 0.1, not 0.2` for `learningRate 0.1, not 0.2`.
    static func worded(difference: String) -> String {
        let parts = difference.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return ([option(for: String(parts[0]))] + parts.dropFirst().map(String.init)).joined(separator: " ")
    }
}

extension ConfigurationError {
    /// In the command line's words, such as `--width is 0; it must lie between 1 and 512`.
    var worded: String {
        guard let setting else { return requirement }
        return "--\(OptionNames.option(for: setting)) is \(value); \(requirement)"
    }
}

/// Does what checks options, so that what the library says of its settings is told of the options.
func validating<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ConfigurationError { throw ValidationError(error.worded) }
}

/// An error of the library in the command line's words, with what to try.
func worded(_ error: any Error) -> any Error {
    switch error {
    case let error as ConfigurationError: CommandError(error.worded)
    case TrainingError.lost: error
    case let error as TrainingError:
        CommandError("\(error); try a lower --lr, or resume from an earlier checkpoint")
    default: error
    }
}

extension TrainingChange {
    /// What was changed, and after which step; what was changed in both optimizers alike is said once.
    var worded: String {
        var differences: [String] = []
        for setting in settings {
            let words = "\(OptionNames.option(for: setting.name)) \(setting.after), before \(setting.before)"
            if !differences.contains(words) { differences.append(words) }
        }
        return "Changed after step \(step): " + differences.joined(separator: "; ")
    }
}

extension TrainingWarning {
    /// What was observed, and the options that help.
    func worded(for training: TrainingConfiguration) -> String {
        "\(message). Try \(kind.advice(for: training))"
    }
}

extension TrainingWarning.Kind {
    /// The options that help.
    func advice(for training: TrainingConfiguration) -> String {
        let comparesImages = training.model is any LatentModelConfiguration
        let hasDiscriminator = !training.model.adversarialLosses.isEmpty
        return
            switch self
        {
        case .discriminatorWins:
            "--discriminator-strength 0.5, --regularizer r1 or --instance-noise 0.1"
                + (training.recipe.adversarialLoss == .minimax ? ", or --objective non-saturating" : "")
        case .collapse:
            "--preset r1 or wgan-gp" + (comparesImages ? ", --minibatch-deviation or --pack 2" : "")
                + ", from an earlier checkpoint or anew"
        case .divergence: "a lower --lr" + (hasDiscriminator ? " or a stronger --regularizer" : "")
        case .memorization:
            "--augment differentiable, more images, or stop here and take the best checkpoint"
        }
    }
}
