import Files
import Foundation
import GANs
import Synchronization

/// Trainings that the studio started: processes of their own, which neither a closed browser nor the studio's end
/// touches.
final class Trainings: Sendable {
    /// A training that was started.
    struct Training: Sendable {
        let process: pid_t
        let endsWithStudio: Bool
        /// Nil while it runs.
        var exitStatus: Int32?
    }

    private let program: String
    /// By the run's path.
    private let started = Mutex<[String: Training]>([:])

    init(program: String) { self.program = program }

    /// Starts `gan` with arguments, whose output goes to the run's `output.log`.
    ///
    /// - Throws: `FileError` if the folder cannot be made, `StudioError` if the program cannot be started.
    func start(_ arguments: [String], into folder: RunFolder, endsWithStudio: Bool) throws {
        try makeFolder(folder.path)
        let process = try spawn(arguments, log: TrainingLog(of: folder).path)
        started.withLock {
            $0[folder.path] = Training(process: process, endsWithStudio: endsWithStudio)
        }
        let thread = Thread { [self] in
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0 && errno == EINTR {}
            started.withLock {
                if $0[folder.path]?.process == process { $0[folder.path]?.exitStatus = status }
            }
        }
        thread.start()
    }

    /// The one that was last started into a folder.
    func training(into folder: RunFolder) -> Training? { started.withLock { $0[folder.path] } }

    /// The folders of those that ended before they had written a run, or have not yet.
    var withoutRun: [(folder: RunFolder, training: Training)] {
        started.withLock { $0 }.map { (RunFolder($0.key), $0.value) }.filter { !$0.folder.holdsRun }
            .sorted { $0.folder.path < $1.folder.path }
    }

    /// Ends those that were started to end with the studio.
    func end() {
        for training in started.withLock({ Array($0.values) })
        where training.endsWithStudio && training.exitStatus == nil {
            kill(training.process, SIGTERM)
        }
    }

    /// What the program prints for arguments, with an exit status; ended after a while.
    func output(of arguments: [String]) async throws -> (text: String, succeeded: Bool) {
        let log = NSTemporaryDirectory() + "/gan-studio-\(UUID().uuidString).log"
        defer { unlink(log) }
        let process = try spawn(arguments, log: log)
        let status = await withCheckedContinuation { continuation in
            Thread {
                var status: Int32 = 0
                let deadline = ContinuousClock.now + .seconds(25)
                while waitpid(process, &status, WNOHANG) == 0 {
                    if ContinuousClock.now > deadline { kill(process, SIGKILL) }
                    usleep(20_000)
                }
                continuation.resume(returning: status)
            }.start()
        }
        let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        return (text, status == 0)
    }

    /// In a process group of its own, so that Ctrl-C in the studio's terminal does not reach it.
    private func spawn(_ arguments: [String], log: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        Trainings.keepFilesToItself()
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var texts: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, program, &actions, &attributes, &texts, environ)
        guard code == 0 else {
            throw StudioError(
                .internalServerError, "\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        return process
    }

    /// Closes this process's sockets and files in those that it starts.
    private static func keepFilesToItself() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > 2 {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}
