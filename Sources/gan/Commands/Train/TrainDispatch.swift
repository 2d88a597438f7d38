import ArgumentParser
import Foundation
import GANs

/// Which model `gan train` is about, so that the parser knows that model's options and no others.
enum TrainDispatch {
    /// The options of the model that is trained where none is named.
    static var standard: any ModelOptions.Type { ModelOptionsRegistry.ofImages[0] }

    /// What the program was called with.
    private static let arguments = Array(ProcessInfo.processInfo.arguments.dropFirst())

    /// The command that the program's arguments are about.
    static let command: any ParsableCommand.Type = command(for: arguments)

    private static func command(for arguments: [String]) -> any ParsableCommand.Type {
        guard arguments.first == TrainOverview.name else { return TrainOverview.self }
        let named = name(in: arguments)
        let asksForHelp = arguments.contains { ["-h", "--help"].contains($0) }
        if named == nil && asksForHelp { return TrainOverview.self }
        // An unknown one is refused by the command itself.
        return trainCommand(named.flatMap { ModelOptionsRegistry[$0] } ?? standard)
    }

    private static func trainCommand(_ options: any ModelOptions.Type) -> any ParsableCommand.Type {
        func command<Options: ModelOptions>(_: Options.Type) -> any ParsableCommand.Type {
            TrainCommand<Options>.self
        }
        return command(options)
    }

    /// Whether the model follows from the data: none is named, nor a recipe that one was published with.
    static var choosesModel: Bool {
        let recipe = ["--preset", "--objective", "--regularizer"]
        return name(in: arguments) == nil && !recipe.contains { value(of: $0, in: arguments) != nil }
    }

    /// The command of the model that suits the data best; nil where the parser has read the arguments for the model
    /// that is wanted: one that is named, or the standard one, where options are given that the best one does not
    /// take, or of which recipes were published for networks like the standard one's.
    static func command(suiting traits: DataTraits, insteadOf current: any ModelConfiguration.Type) -> (
        any ParsableCommand
    )? {
        guard choosesModel, let best = ModelRegistry.best(for: traits), best != current,
            let options = ModelOptionsRegistry[best.name]
        else { return nil }
        return try? trainCommand(options).parse(Array(arguments.dropFirst()))
    }

    /// The model's name: as asked for, of the run that is gone on with, of whose own recipe is asked for, or of the
    /// weights that the training begins with.
    private static func name(in arguments: [String]) -> String? {
        if let model = value(of: "--model", in: arguments) { return model }
        if arguments.contains("--resume"), let out = value(of: "--out", in: arguments),
            let header = try? CheckpointHeader(path: RunFolder(out).newestCheckpoint)
        {
            return header.model.name
        }
        if let preset = value(of: "--preset", in: arguments).flatMap({ ModelOptionsRegistry[$0] }) {
            return preset.model.name
        }
        let origin = value(of: "--from", in: arguments).flatMap(CheckpointArgument.init)
        return origin.flatMap { try? CheckpointHeader(path: $0.path).model.name }
    }

    private static func value(of option: String, in arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument == option { return arguments.dropFirst(index + 1).first }
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// Throws where a model is asked for that is unknown, or that is not trained on images.
    static func check(model: String?, of options: (some ModelOptions).Type) throws {
        if let model, model != options.model.name || options.model.data == .points {
            throw ValidationError(
                "there is no model \"\(model)\" to train on images; models are "
                    + ModelOptionsRegistry.names { _ in true })
        }
        if options.model.data == .points {
            throw CommandError("the run is of points; go on with it by gan toy --resume")
        }
    }

    /// Throws where an option was given that other models take.
    static func checkOptions(of command: any ParsableCommand.Type, model: String) throws {
        let own = OptionList.names(of: command)
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let option = String(argument.dropFirst(2).prefix { $0 != "=" })
            let others = own.contains(option) ? "" : ModelOptionsRegistry.names(taking: option)
            guard others.isEmpty else {
                throw ValidationError("--\(option) is not for --model \(model); it is for \(others)")
            }
        }
    }
}
