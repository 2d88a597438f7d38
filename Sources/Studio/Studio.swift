import FlyingFox
import FlyingSocks
import Foundation
import GANs

/// What to try against a warning of a training, in the words of whoever starts trainings.
public typealias StudioAdvice = @Sendable (TrainingWarning.Kind, TrainingConfiguration) -> String

/// What pages share: where runs lie, and what goes on.
final class StudioContext: Sendable {
    /// The runs below the folder.
    let runs: RunLibrary
    /// Those that were started here.
    let trainings: Trainings
    /// Folders of checkpoints that ship.
    let shipped: [String]

    init(folder: String, shipped: [String], program: String, advice: @escaping StudioAdvice) {
        runs = RunLibrary(folder, advice: advice)
        trainings = Trainings(program: program)
        self.shipped = shipped
    }
}

/// The studio: a server of pages on this machine alone, in which runs are watched and trained generators are played
/// with.
public final class Studio: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let server: HTTPServer
    private let context: StudioContext
    private let token: String
    private let headers: HeaderWatch

    /// - Parameters:
    ///   - folder: of runs and checkpoints; it need not exist yet.
    ///   - shipped: folders of checkpoints that are always there.
    ///   - program: the path of `gan`, which trainings are started with.
    ///   - advice: what to try against warnings.
    ///   - port: nil for a usual one or the next that is free, 0 for any.
    /// - Throws: `StudioStartError` if the port is taken.
    public convenience init(
        folder: String, shipped: [String], program: String, advice: @escaping StudioAdvice,
        port: UInt16? = nil
    ) throws(StudioStartError) {
        try self.init(
            StudioContext(folder: folder, shipped: shipped, program: program, advice: advice), port: port,
            limits: ConnectionLimits())
    }

    init(_ context: StudioContext, port: UInt16?, limits: ConnectionLimits) throws(StudioStartError) {
        self.port = try FreePort.choose(port)
        self.context = context
        token = Studio.makeToken()
        headers = HeaderWatch(limits)
        var routes = Routes()
        Studio.addFiles(to: &routes)
        for page in Pages.all { page.addRoutes(to: &routes, context) }
        server = HTTPServer(
            config: HTTPServer.Configuration(
                address: loopbackAddress(port: self.port), timeout: 30,
                // Larger bodies are read by whoever wants them, within limits, and not kept.
                sharedRequestReplaySize: 4096,
                pool: LimitedPool(SocketPool(queue: SocketQueue()), limits: limits), logger: .disabled),
            handler: AccessGuard(token: token, port: self.port, routes: routes.handler, headers: headers))
    }

    /// The address to open, which lets its reader in.
    public var address: String { "http://127.0.0.1:\(port)/?token=\(token)" }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter isReady: called once it listens.
    public func run(isReady: @Sendable () -> Void = {}) async throws {
        let looking = headers.looking(at: port)
        defer { looking.cancel() }
        let serving = Task { try await server.run() }
        try await withTaskCancellationHandler {
            try await server.waitUntilListening()
            isReady()
            try await serving.value
        } onCancel: {
            serving.cancel()
        }
    }

    /// Ends the trainings that were started to end with the studio; all others go on.
    public func endTrainings() { context.trainings.end() }

    private static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The pages, and the files that they are made of.
    private static func addFiles(to routes: inout Routes) {
        routes.get("/") { _ in .redirect(to: "/\(Pages.all[0].name)") }
        for page in Pages.all {
            let html = page.html
            routes.get("/\(page.name)") { _ in .data(html, type: WebFiles.type(of: "page.html")) }
        }
        for (path, data) in WebFiles.all {
            routes.get("/web/\(path)") { _ in .data(data, type: WebFiles.type(of: path)) }
        }
    }
}
