import Foundation
import GANs

/// All of a run but its figures.
struct RunDetails: Codable, Sendable {
    let summary: RunSummary
    /// The model in words.
    let description: String
    /// All settings by the path of their names.
    let settings: [String: String]
    /// In order.
    let sheets: [RunSummary.Sheet]
    /// Whether D(x) and D(G(z)) are probabilities.
    let outputIsProbability: Bool
    /// Whether there is a discriminator.
    let isAdversarial: Bool
    /// The discriminator's loss when it cannot tell real from generated; 0 where there is no such number.
    let equilibriumLoss: Double
    /// The path of the training data.
    let data: String
    let images: Int
    /// What does the same in a terminal, as far as it follows from the run's files.
    let resumeCommand: String
    /// What to try, by the kinds of warnings.
    let advice: [String: String]
    /// The end of what the training said; empty unless the studio started it.
    let log: String

    init(_ folder: RunFolder, _ summary: RunSummary, advice: StudioAdvice) throws {
        let record = try RunRecord(from: folder)
        let training = record.training
        self.summary = summary
        description = training.model.description
        settings = training.settings
        sheets = folder.sampleSteps().map {
            RunSummary.Sheet(step: $0, version: version(of: folder.sample(step: $0)))
        }
        isAdversarial = !training.model.adversarialLosses.isEmpty
        outputIsProbability = training.recipe.adversarialLoss.outputIsLogit
        equilibriumLoss = training.recipe.equilibriumLoss
        (data, images) = (record.data, record.images)
        resumeCommand = CommandText.gan(TrainingRequest.resumeArguments(of: folder, minutes: nil))
        self.advice = Dictionary(
            uniqueKeysWithValues: TrainingWarning.Kind.allCases.map { ($0.rawValue, advice($0, training)) })
        log = TrainingLog(of: folder).end
    }
}
