import ArgumentParser

/// `gan evaluate`
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure what a trained generator makes.",
        discussion: """
            For most of it a small classifier is trained on real images, tested on others and kept in a \
            file; then it tells what the generated images show.
            """,
        subcommands: [
            EvaluateQualityCommand.self, EvaluateClassesCommand.self, EvaluateStackedMNISTCommand.self,
            EvaluateArithmeticCommand.self,
            EvaluateMixingCommand.self, EvaluatePathLengthCommand.self,
            EvaluateTranslationCommand.self, EvaluateLabelsCommand.self,
        ])
}
