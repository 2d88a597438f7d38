import ArgumentParser
import Datasets
import GANs

/// The options that decide what networks a model has, and on what images they learn.
///
/// Those of the training recipe are in `Recipe`; those that every model has are the command's own.
protocol ModelOptions: ParsableArguments {
    associatedtype Configuration: ModelConfiguration
    associatedtype Recipe: RecipeOptions where Recipe.Configuration == Configuration

    /// Width and height of the images; nil for what suits them.
    var size: ImageSize? { get }
    /// Where images of the second kind lie, if elsewhere.
    var target: String? { get }
    /// Whether the second image of a pair becomes the first.
    var isReversed: Bool { get }

    /// Changes a model by the options that were given.
    ///
    /// - Parameter traits: what the data is like, where the training begins; nil where it goes on.
    func apply(to model: inout Configuration, beginning traits: DataTraits?) throws
    /// Changes how data is prepared by the options that were given.
    func apply(
        to data: inout DataPreparation, of model: Configuration, beginning traits: DataTraits?
    ) throws
    /// Says where files lie now that the model names.
    func locateFiles(of model: inout Configuration)
    /// Sets what follows from the training's length, where it begins.
    ///
    /// - Parameter images: that an epoch shows.
    func fit(_ model: inout Configuration, to schedule: Schedule, _ recipe: GANs.Recipe, images: Int)
}

extension ModelOptions {
    var target: String? { nil }
    var isReversed: Bool { false }
    func apply(
        to data: inout DataPreparation, of model: Configuration, beginning traits: DataTraits?
    ) throws {}
    func locateFiles(of model: inout Configuration) {}
    func fit(_ model: inout Configuration, to schedule: Schedule, _ recipe: GANs.Recipe, images: Int) {}
}

extension ModelConfiguration {
    /// As it is where nothing is known of the data, for defaults in help.
    static var defaults: Self { Self(suiting: data == .points ? .anyPoints : .any) }
}

extension DataTraits {
    fileprivate static let anyPoints = DataTraits(size: 1, channels: 2, count: 0)
}

extension ModelOptions {
    /// The training that these options ask for.
    ///
    /// - Parameters:
    ///   - begun: the training of the run to go on with, if there is one.
    ///   - traits: what the data is like, of a training that begins.
    ///   - trained: the model whose weights it begins with, if there is one.
    /// - Throws: `ValidationError` if no training can be made of them.
    func training(
        begun: TrainingConfiguration?, beginning traits: @autoclosure () throws -> DataTraits,
        from trained: (any ModelConfiguration)? = nil, _ recipe: Recipe, seed: UInt64?,
        _ preparation: DataOptions? = nil
    ) throws -> TrainingConfiguration {
        var beginning: DataTraits? = begun == nil ? try traits() : nil
        if let size { beginning?.size = size }
        let known = try begun.map { try knownModel(of: $0) }
        var model = known ?? beginning.map(Configuration.init(suiting:)) ?? .defaults
        if let trained { model.adopt(trained) }
        return try validating {
            try apply(to: &model, beginning: beginning)
            // Before anything is computed from its settings.
            try model.validate()
            var training =
                begun ?? TrainingConfiguration(model, recipe: beginning.map(model.recipe(suiting:)))
            training.model = model
            if let seed { training.seed = seed }
            try recipe.apply(to: &training, beginning: beginning)
            try apply(to: &training.data, of: model, beginning: beginning)
            preparation?.apply(to: &training.data, beginning: beginning)
            try training.validate()
            return training
        }
    }

    private func knownModel(of begun: TrainingConfiguration) throws -> Configuration {
        guard let model = begun.model as? Configuration else {
            throw ValidationError(
                "--model asks for \(Configuration.nameWithArticle), and the run's model is "
                    + begun.model.nameWithArticle)
        }
        return model
    }
}
