import Foundation

/// The bytes of memory that this process may use: the machine's, or its container's where that has less.
public let memoryLimit: Int = {
    let installed = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    // It says "max" where there is no limit.
    let container = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
        .flatMap { Int($0.filter(\.isNumber)) }
    return min(installed, container ?? installed)
}()
