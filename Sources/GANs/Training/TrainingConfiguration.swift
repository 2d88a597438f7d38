import Foundation
import Images
import Networks

/// Everything that the course of a training depends on besides the pictures.
public struct TrainingConfiguration: Codable, Hashable, Sendable {
    public var architecture: Architecture
    public var objective: Objective
    public var generatorOptimizer: OptimizerConfiguration
    public var discriminatorOptimizer: OptimizerConfiguration
    /// Pictures in a step.
    public var batchSize: Int
    public var movingAverage: MovingAverage
    /// How pictures that are not square become so.
    public var fit: FitMode
    /// Whether pictures are mirrored at random.
    public var flip: Bool
    /// The same seed gives the same networks, to the bit.
    public var seed: UInt64

    /// Adam's rate and first beta as in PyTorch's DCGAN example and Radford et al. 2015, section 4.
    public init(
        architecture: Architecture, learningRate: Double = 2e-4, beta1: Double = 0.5, batchSize: Int = 64,
        movingAverage: MovingAverage = MovingAverage(), fit: FitMode = .crop, flip: Bool = false,
        seed: UInt64 = 0
    ) {
        self.architecture = architecture
        objective = .nonSaturating
        let adam = OptimizerConfiguration.adam(
            learningRate: learningRate, beta1: beta1, beta2: 0.999, epsilon: 1e-8)
        (generatorOptimizer, discriminatorOptimizer) = (adam, adam)
        self.batchSize = batchSize
        self.movingAverage = movingAverage
        self.fit = fit
        self.flip = flip
        self.seed = seed
    }

    /// Throws if no training can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try architecture.family.validate()
        try ConfigurationError.check("batch", batchSize, in: 1...4096)
        for optimizer in [generatorOptimizer, discriminatorOptimizer] {
            guard case .adam(let learningRate, let beta1, let beta2, let epsilon) = optimizer else {
                continue
            }
            try ConfigurationError.check("lr", learningRate, in: 1e-12...10)
            try ConfigurationError.check("beta1", beta1, in: 0...0.9999)
            try ConfigurationError.check("beta2", beta2, in: 0...0.999999)
            try ConfigurationError.check("epsilon", epsilon, in: 0...1)
        }
        try ConfigurationError.check("half-life", movingAverage.halfLifeInImages, in: 0...1e12)
    }
}

extension TrainingConfiguration {
    /// In words, what is set otherwise here than in another configuration: `width 64, not 32`.
    public func differences(from other: TrainingConfiguration) -> [String] {
        let (own, others) = (settings, other.settings)
        let differences = own.keys.sorted().compactMap { key -> String? in
            let (value, otherValue) = (own[key] ?? "none", others[key] ?? "none")
            let name = key.split(separator: ".").last ?? ""
            return value == otherValue ? nil : "\(name) \(value), not \(otherValue)"
        }
        // What differs in both optimizers alike is said once.
        return differences.enumerated().filter { !differences[..<$0.offset].contains($0.element) }
            .map(\.element)
    }

    /// All settings by the path of their names in JSON.
    public var settings: [String: String] {
        var result: [String: String] = [:]
        func collect(_ value: Any, _ path: String) {
            if let object = value as? [String: Any] {
                for (key, value) in object { collect(value, path.isEmpty ? key : path + "." + key) }
            } else if let number = value as? NSNumber, String(cString: number.objCType) == "c" {
                // How Foundation keeps a boolean.
                result[path] = "\(number.boolValue)"
            } else {
                result[path] = "\(value)"
            }
        }
        if let data = try? JSONEncoder().encode(self),
            let json = try? JSONSerialization.jsonObject(with: data)
        {
            collect(json, "")
        }
        return result
    }
}
