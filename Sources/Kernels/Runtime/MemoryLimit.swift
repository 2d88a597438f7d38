import Foundation

/// The bytes of memory that this process may use: the machine's, its container's or its limit's (`ulimit -v`), of which
/// the least.
public let memoryLimit: Int = {
    let installed = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    // It says "max" where there is no limit.
    let container = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
        .flatMap { Int($0.filter(\.isNumber)) }
    return min(installed, container ?? installed, freeAddressSpace ?? installed)
}()

/// What a limit of the address space leaves beside what the program itself takes; nil without a limit.
private let freeAddressSpace: Int? = {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max),
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
            .first.flatMap({ Int($0) })
    else { return nil }
    return max(1, Int(limit.rlim_cur) - pages * Int(sysconf(Int32(_SC_PAGESIZE))))
}()
