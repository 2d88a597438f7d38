import Foundation
import Images
import Networks

/// Everything that a training depends on besides the data: the model, the recipe, how data is
/// prepared, and the seed.
public struct TrainingConfiguration: Sendable {
    /// The networks.
    public var model: any ModelConfiguration
    /// How they are trained.
    public var recipe: Recipe
    /// How data is prepared.
    public var data: DataPreparation
    /// The same seed gives the same networks, to the bit.
    public var seed: UInt64

    /// - Parameter recipe: nil for the model's own.
    public init(
        _ model: any ModelConfiguration, recipe: Recipe? = nil, data: DataPreparation? = nil, seed: UInt64 = 0
    ) {
        (self.model, self.recipe, self.seed) = (model, recipe ?? model.recipe, seed)
        self.data = data ?? DataPreparation(for: model)
    }

    /// How the discriminator is built; nil of a model without one.
    public var discriminator: DiscriminatorOptions? {
        get { (model as? any DiscriminatorConfigurable)?.discriminator }
        set {
            guard var model = model as? any DiscriminatorConfigurable, let newValue else { return }
            model.discriminator = newValue
            self.model = model
        }
    }

    /// Throws if no training can be made from these settings.
    public func validate() throws(ConfigurationError) {
        try model.validate()
        try recipe.validate()
        try data.validate(for: model)
        guard model.adversarialLosses.isEmpty || model.adversarialLosses.contains(recipe.adversarialLoss)
        else {
            throw ConfigurationError(
                "adversarialLoss", recipe.adversarialLoss.rawValue,
                "\(model.name) can be trained with "
                    + model.adversarialLosses.map(\.rawValue).joined(separator: ", "))
        }
        if recipe.pathLength != nil && !(model is any StyleModelConfiguration) {
            throw ConfigurationError(
                "pathLength", recipe.pathLength?.weight ?? 0, "it is for style-based generators")
        }
        if recipe.freezesMapping && !(model is any StyleModelConfiguration) {
            throw ConfigurationError(
                "freezesMapping", true, "style-based generators alone have a mapping network")
        }
        if recipe.augmentation != .none && type(of: model).data == .points {
            throw ConfigurationError("augmentation", recipe.augmentation.name, "it is for images, not points")
        }
        guard let options = discriminator else { return try validate(shards: recipe.shards) }
        if options.normalization == .batch && recipe.regularizers.contains(where: \.isPenalty) {
            throw ConfigurationError(
                "normalization", "batch",
                """
                it mixes the images of a batch, so that no single one has the gradient that a penalty is on; \
                choose another
                """)
        }
        if options.pack > 1 && (model as? any LatentModelConfiguration)?.conditioning != nil {
            throw ConfigurationError(
                "pack", options.pack,
                "it puts images of different classes together, so that it cannot be used with conditional networks"
            )
        }
        if recipe.batchSize % options.pack != 0 {
            throw ConfigurationError(
                "batchSize", recipe.batchSize, "it must be a multiple of pack, \(options.pack)")
        }
        try validate(shards: recipe.shards)
    }

    /// Throws if a batch cannot be divided into so many shards.
    func validate(shards: Int) throws(ConfigurationError) {
        let pack = discriminator?.pack ?? 1
        guard !recipe.batchSize.isMultiple(of: shards * pack) else { return }
        throw ConfigurationError(
            "batchSize", recipe.batchSize,
            "it is divided into \(shards) shards"
                + (pack == 1 ? "" : ", whose discriminators see \(pack) images at once"))
    }
}

/// How data is brought into the form that a model learns from.
public struct DataPreparation: Codable, Hashable, Sendable {
    /// How images of another aspect ratio than the model's size are fitted to it.
    public var fit: FitMode
    /// Whether images are mirrored at random, both of a pair alike.
    public var flip: Bool
    /// Images or pairs kept from training, to measure it by.
    public var heldOut: Int
    /// Width and height that images are brought to before a part of the model's size is cut out at random, the
    /// same of both images of a pair; nil of models that learn from whole images.
    public var cropFrom: ImageSize?
    /// Which of a pair's images is made from the other one.
    public var direction: TranslationDirection

    /// - Parameters:
    ///   - flip: nil to mirror where parts are cut out at random, too.
    ///   - cropFrom: nil for the model's default.
    public init(
        for model: any ModelConfiguration, fit: FitMode = .crop, flip: Bool? = nil, heldOut: Int = 0,
        cropFrom: ImageSize? = nil, direction: TranslationDirection = .a2b
    ) {
        (self.fit, self.heldOut, self.direction) = (fit, heldOut, direction)
        self.flip = flip ?? (model.cropSizes != nil)
        self.cropFrom = cropFrom ?? (model.cropSizes == nil ? nil : model.defaultCrop)
    }

    func validate(for model: any ModelConfiguration) throws(ConfigurationError) {
        if let sizes = model.cropSizes {
            let size = cropFrom ?? model.size
            guard size.holds(sizes.least), sizes.most.holds(size) else {
                throw ConfigurationError(
                    "cropFrom", size, "it must lie between \(sizes.least) and \(sizes.most)")
            }
        } else if let cropFrom {
            throw ConfigurationError("cropFrom", cropFrom, "\(model.name) learns from whole images")
        }
        try ConfigurationError.check("heldOut", heldOut, in: 0...1_000_000)
        if fit == .pad && type(of: model).data == .labelMaps {
            throw ConfigurationError("fit", "pad", "there is no label for added edges; crop or stretch")
        }
    }
}

/// Which way images are translated.
public enum TranslationDirection: String, Codable, CaseIterable, Sendable {
    /// The first of a pair becomes the second.
    case a2b
    /// The second of a pair becomes the first.
    case b2a
}

extension TrainingConfiguration: Hashable {
    /// Whether all settings are the same.
    public static func == (one: TrainingConfiguration, other: TrainingConfiguration) -> Bool {
        AnyHashable(one.model) == AnyHashable(other.model) && one.recipe == other.recipe
            && one.data == other.data && one.seed == other.seed
    }

    /// Hashes all settings.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(AnyHashable(model))
        hasher.combine(recipe)
        hasher.combine(data)
        hasher.combine(seed)
    }
}

extension TrainingConfiguration: Codable {
    enum CodingKeys: String, CodingKey { case model, configuration, recipe, data, seed }
    private enum RecipeKeys: String, CodingKey { case lossWeights }

    /// Reads a configuration, whose model is found by its name.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let name = try values.decode(String.self, forKey: .model)
        guard let type = ModelRegistry[name] else {
            throw DecodingError.dataCorruptedError(
                forKey: .model, in: values,
                debugDescription: "the model \"\(name)\" is not known to this version; known are "
                    + ModelRegistry.names.joined(separator: ", "))
        }
        func decoded<Configuration: ModelConfiguration>(_ type: Configuration.Type) throws -> Configuration {
            try values.decode(type, forKey: .configuration)
        }
        model = try decoded(type)
        recipe = try values.decode(Recipe.self, forKey: .recipe)
        let recipeValues = try values.nestedContainer(keyedBy: RecipeKeys.self, forKey: .recipe)
        if !recipeValues.contains(.lossWeights) {
            recipe.lossWeights = model.lossWeights(for: recipe.adversarialLoss)
        }
        data = try values.decode(DataPreparation.self, forKey: .data)
        seed = try values.decode(UInt64.self, forKey: .seed)
    }

    /// Writes the configuration with its model's name.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(model.name, forKey: .model)
        func encode(_ configuration: some ModelConfiguration) throws {
            try values.encode(configuration, forKey: .configuration)
        }
        try encode(model)
        try values.encode(recipe, forKey: .recipe)
        try values.encode(data, forKey: .data)
        try values.encode(seed, forKey: .seed)
    }
}

extension TrainingConfiguration {
    /// In words, what is set otherwise here than in another configuration: `width 64, not 32`.
    ///
    /// - Parameter isLeftOut: says of the path of a setting in JSON whether it is not compared.
    public func differences(
        from other: TrainingConfiguration, leavingOut isLeftOut: (String) -> Bool = { _ in false }
    ) -> [String] {
        let differences = changes(from: other).filter { !isLeftOut($0.path) }.map { setting in
            "\(setting.name) \(setting.after), not \(setting.before)"
        }
        // What differs in both optimizers alike is said once.
        return differences.enumerated().filter { !differences[..<$0.offset].contains($0.element) }
            .map(\.element)
    }

    /// All settings by the path of their names in JSON.
    public var settings: [String: String] {
        var result: [String: String] = [:]
        func collect(_ value: Any, _ path: String) {
            func under(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
            if let object = value as? [String: Any] {
                for (key, value) in object { collect(value, under(key)) }
            } else if let list = value as? [String] {
                result[path] = list.joined(separator: ", ")
            } else if let list = value as? [Any] {
                for value in list { collect(value, path) }
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
