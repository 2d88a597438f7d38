import Foundation

/// The process that trains into a folder, known by its lock, whoever started it.
struct FolderHolder {
    let process: pid_t

    /// The holders of folders' locks, by the folders' file numbers.
    ///
    /// Asking the system leaves the lock alone: trying to take it could keep a training out that just begins.
    static func all() -> [UInt64: pid_t] {
        // Such as `3: FLOCK  ADVISORY  WRITE 14828 fe:00:16220234 0 EOF`.
        let text = (try? String(contentsOfFile: "/proc/locks", encoding: .utf8)) ?? ""
        var holders: [UInt64: pid_t] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count > 5, parts[1] == "FLOCK", let process = pid_t(parts[4]), process > 0,
                let file = parts[5].split(separator: ":").last.flatMap({ UInt64($0) })
            else { continue }
            holders[file] = process
        }
        return holders
    }

    /// - Parameter holders: from `all`.
    /// - Returns: nil where no training is at work.
    init?(of folder: String, among holders: [UInt64: pid_t]) {
        var status = stat()
        guard stat(folder, &status) == 0, let process = holders[UInt64(status.st_ino)],
            FolderHolder.hasOpen(status, in: process)
        else { return nil }
        self.process = process
    }

    /// Asks it to save and end.
    func stop() throws {
        guard kill(process, SIGTERM) == 0 else {
            throw StudioError(
                .conflict, "the training could not be stopped: \(String(cString: strerror(errno)))")
        }
    }

    /// Whether a process has a folder open: file numbers are those of one file system.
    private static func hasOpen(_ folder: stat, in process: pid_t) -> Bool {
        let descriptors = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
        return names.contains { name in
            var status = stat()
            return stat("\(descriptors)/\(name)", &status) == 0 && status.st_ino == folder.st_ino
                && status.st_dev == folder.st_dev
        }
    }
}
