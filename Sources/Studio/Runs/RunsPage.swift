import CStudioWeb
import FlyingFox
import Foundation
import GANs

/// Runs below the folder: their figures and sheets, live; starting, stopping, resuming.
enum RunsPage: Page {
    static let name = "runs"
    static let title = "Runs"
    static var files: UnsafePointer<web_file>? { runs_files() }

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        addWatching(to: &routes, studio.runs)
        addTraining(to: &routes, studio)
        routes.get("/api/runs") { _ in
            let starting = studio.trainings.withoutRun.map { folder, training in
                Starting(
                    name: URL(fileURLWithPath: folder.path).lastPathComponent,
                    hasEnded: training.exitStatus != nil, log: TrainingLog(of: folder).end)
            }
            return try .json(
                RunList(folder: studio.runs.root, runs: await studio.runs.summaries(), starting: starting))
        }
    }

    private static func addWatching(to routes: inout Routes, _ runs: RunLibrary) {
        routes.get("/api/runs/run/:id") { try .json(await runs.details($0.parameter("id"))) }
        routes.get("/api/runs/run/:id/metrics") { request in
            let tail = try await runs.metrics(request.parameter("id"), after: request.query["after"] ?? "")
            var response = HTTPResponse.data(tail.rows, type: "application/x-ndjson")
            response.headers[HTTPHeader("X-Cursor")] = tail.cursor
            response.headers[HTTPHeader("X-Anew")] = tail.isAnew ? "1" : "0"
            return response
        }
        routes.get("/api/runs/run/:id/sheets/:step") { request in
            guard let step = Int(try request.parameter("step")), step >= 0 else {
                throw StudioError.notFound("sheet")
            }
            // The address holds the version.
            return .data(
                try await runs.image(request.parameter("id")) { $0.sample(step: step) }, type: "image/png",
                isImmutable: true)
        }
        routes.get("/api/runs/run/:id/reals") { request in
            .data(try await runs.image(request.parameter("id"), \.reals), type: "image/png")
        }
    }

    private static func addTraining(to routes: inout Routes, _ studio: StudioContext) {
        routes.get("/api/runs/form") { _ in
            let known = await studio.runs.dataOfRuns()
            return try .json(TrainingForm(root: studio.runs.root, known: known))
        }
        routes.post("/api/runs/preview", json: TrainingRequest.self) { _, wanted in
            // A choice that is not possible is an answer, too.
            do {
                let arguments = try wanted.arguments(into: studio.runs.newFolder(named: wanted.name))
                let (text, succeeded) = try await studio.trainings.output(of: arguments + ["--dry-run"])
                return try .json(
                    Preview(command: CommandText.gan(arguments), text: text, isPossible: succeeded))
            } catch let error as StudioError {
                return try .json(Preview(command: "", text: error.description, isPossible: false))
            }
        }
        routes.post("/api/runs/start", json: TrainingRequest.self) { _, wanted in
            let folder = try studio.runs.newFolder(named: wanted.name)
            try studio.trainings.start(
                wanted.arguments(into: folder), into: folder, endsWithStudio: wanted.endsWithStudio)
            return try .json(["id": RunLibrary.id(of: folder.path)])
        }
        routes.post("/api/runs/run/:id/stop") { request, _ in
            let folder = try await studio.runs.folder(request.parameter("id"))
            guard let holder = FolderHolder(of: folder.path, among: FolderHolder.all()) else {
                throw StudioError(.conflict, "no training is at work in this run")
            }
            try holder.stop()
            return .done
        }
        routes.post("/api/runs/run/:id/resume", json: Resumption.self) { request, wanted in
            let folder = try await studio.runs.folder(request.parameter("id"))
            guard FolderHolder(of: folder.path, among: FolderHolder.all()) == nil else {
                throw StudioError(.conflict, "a training is at work in this run already")
            }
            if let minutes = wanted.minutes, !(0.01...1e6).contains(minutes) {
                throw StudioError(.badRequest, "the length must lie between 0.01 and 1000000 minutes")
            }
            let arguments = TrainingRequest.resumeArguments(of: folder, minutes: wanted.minutes)
            try studio.trainings.start(arguments, into: folder, endsWithStudio: false)
            return try .json(["command": CommandText.gan(arguments)])
        }
    }
}

/// The answer for the page's list.
private struct RunList: Encodable {
    let folder: String
    let runs: [RunSummary]
    let starting: [Starting]
}

/// A training that has not written a run, or never will.
private struct Starting: Encodable {
    let name: String
    let hasEnded: Bool
    let log: String
}

/// What `--dry-run` says.
private struct Preview: Encodable {
    let command: String
    let text: String
    let isPossible: Bool
}

/// How a run goes on.
private struct Resumption: Decodable {
    /// Of the whole training; nil for the end that it was begun with.
    let minutes: Double?
}
