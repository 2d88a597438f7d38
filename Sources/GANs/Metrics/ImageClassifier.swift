import Datasets
import Networks
import Tensors

/// How a classifier is trained: by Adam, the learning rate falling to zero in a straight line.
public struct ClassifierTraining: Codable, Hashable, Sendable {
    /// Steps of the optimizer.
    public var steps: Int
    /// Images in a step.
    public var batchSize: Int
    /// At the first step.
    public var learningRate = 2e-3
    /// The same seed gives the same classifier, to the bit.
    public var seed: UInt64

    /// The training that suits a number of images: each is shown six times; fewer than 20,000 more often, up
    /// to sixty times.
    public init(images: Int, seed: UInt64 = 0) {
        batchSize = min(128, max(8, images / 8))
        steps = max(1, 6 * images / batchSize, min(1000, 60 * images / batchSize))
        self.seed = seed
    }
}

/// How far the training of a classifier is.
public enum ClassifierProgress: Sendable {
    case training(step: Int, of: Int, loss: Double)
    case testing(image: Int, of: Int)
}

/// A classifier of images, which generated images are measured by.
public final class ImageClassifier {
    /// Of the images that it takes.
    public let format: ImageFormat
    /// The names of the classes, in the order of their labels.
    public let classNames: [String]
    /// How many images it put into their classes that it was not trained on.
    public private(set) var test: ClassScores
    /// Of the data that it was trained and tested on, as `LabeledImages` gives it.
    public let digest: String
    /// How it was trained.
    public let training: ClassifierTraining
    let network: ClassifierNetwork

    /// Trains and tests a classifier.
    ///
    /// - Parameter progress: told after each step, and now and then while testing.
    /// - Throws: `ConfigurationError` if no classifier can be made for images of this format.
    public init(
        trainedOn images: LabeledImages, _ training: ClassifierTraining,
        progress: (ClassifierProgress) -> Void = { _ in }
    ) throws(ConfigurationError) {
        let dataset = images.training
        let sides = ClassifierNetwork.sides
        try ConfigurationError.check("the images' width", dataset.format.width, in: sides)
        try ConfigurationError.check("the images' height", dataset.format.height, in: sides)
        (format, classNames) = (dataset.format, dataset.classNames)
        digest = images.digest
        self.training = training
        test = ClassScores(classes: classNames.count)
        var source = ParameterSource.drawn(RandomStream(seed: training.seed, purpose: .initialization))
        network = ClassifierNetwork(format, classes: classNames.count, from: &source)
        train(on: dataset, progress)
        test = scores(on: images.test) { progress(.testing(image: $0, of: images.test.count)) }
    }

    init(
        _ network: ClassifierNetwork, format: ImageFormat, classNames: [String], test: ClassScores,
        digest: String, training: ClassifierTraining
    ) {
        (self.network, self.format, self.classNames) = (network, format, classNames)
        (self.test, self.digest, self.training) = (test, digest, training)
    }

    private func train(on dataset: Dataset, _ progress: (ClassifierProgress) -> Void) {
        let loader = BatchLoader(dataset: dataset, batchSize: training.batchSize, seed: training.seed)
        let parameters = network.parameters
        let optimizer = Adam(parameters)
        var dropout = RandomStream(seed: training.seed, purpose: .dropout)
        for step in 1...training.steps {
            let batch = loader.next()
            let context = ForwardContext(mode: .training, statistics: .moving, random: dropout)
            let logits = network(Tensor(batch, format), context)
            dropout = context.random
            let loss = logits.crossEntropy(
                labels: .oneHot(batch.labels ?? [], classes: classNames.count))
            progress(.training(step: step, of: training.steps, loss: Double(loss.scalar)))
            let remaining = Double(training.steps - step + 1) / Double(training.steps)
            optimizer.learningRate = training.learningRate * remaining
            optimizer.step(gradients(of: loss, withRespectTo: parameters.map(\.value)))
        }
    }

    /// The class of each image, as an index into `classNames`.
    ///
    /// - Shapes: images `[n, height, width, channels]` in [-1, 1], of the classifier's format.
    public func classes(of images: Tensor) -> [Int] {
        require(
            Array(images.shape.dimensions.dropFirst()) == [format.height, format.width, format.channels],
            "classes: images \(images.shape) are not \(format.width)x\(format.height) with "
                + "\(format.channels) channels")
        return network(images, .inference).argmaxOfRows()
    }

    /// How many labeled images it puts into their classes, which are matched by name.
    ///
    /// - Parameters:
    ///   - dataset: in the classifier's format, all of its classes known to the classifier.
    ///   - progress: told now and then how many images are done.
    public func scores(
        on dataset: Dataset, progress: (_ done: Int) -> Void = { _ in }
    ) -> ClassScores {
        let own = indices(of: dataset.classNames)
        var scores = ClassScores(classes: classNames.count)
        guard let labels = dataset.labels else { return scores }
        for indices in (0..<dataset.count).pieces(of: Self.atATime) {
            for (index, found) in zip(indices, classes(of: dataset.tensor(Array(indices)))) {
                scores.add(own[labels[index]], isMatch: found == own[labels[index]])
            }
            progress(indices.upperBound)
        }
        return scores
    }

    /// The classifier's indices of classes of some names, which it must know.
    func indices(of names: [String]) -> [Int] {
        names.map { name in
            guard let index = classNames.firstIndex(of: name) else {
                fatalError("the class \"\(name)\" is none of the classifier's")
            }
            return index
        }
    }

    /// Images that are classified together, so that memory stays small.
    static let atATime = 100
}
