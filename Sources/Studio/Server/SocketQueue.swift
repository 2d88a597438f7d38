import CEpoll
import FlyingSocks
import Foundation

/// The system's event queue for sockets, which does not rely on what it was told before.
///
/// A connection that breaks may be closed while it is still waited for, and the system then forgets it; the next one
/// gets the same descriptor. The library's own queue holds that it has asked for that one's events already, so that the
/// new connection waits for nothing. This one asks each time, and does not mind what is gone.
struct SocketQueue: EventQueue {
    private var queue: Int32 = -1
    /// Ends a wait.
    private var wakeUp: Int32 = -1
    private var awaited: [Socket.FileDescriptor: Socket.Events] = [:]

    /// Events that are handed on at once.
    private static let mostEvents = 32

    mutating func open() throws {
        awaited = [:]
        queue = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard queue >= 0, wakeUp >= 0, control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue) else {
            throw SocketError.makeFailed("epoll")
        }
    }

    mutating func stop() throws {
        awaited = [:]
        eventfd_write(wakeUp, 1)
    }

    mutating func close() throws {
        for descriptor in [queue, wakeUp] where descriptor >= 0 { Glibc.close(descriptor) }
        (queue, wakeUp) = (-1, -1)
    }

    mutating func addEvents(_ events: Socket.Events, for socket: Socket.FileDescriptor) throws {
        let events = awaited[socket, default: []].union(events)
        awaited[socket] = events
        guard watch(socket.rawValue, events) else {
            awaited[socket] = nil
            throw SocketError.makeFailed("epoll_ctl")
        }
    }

    mutating func removeEvents(_ events: Socket.Events, for socket: Socket.FileDescriptor) throws {
        guard !events.isEmpty, let left = awaited[socket]?.subtracting(events) else { return }
        awaited[socket] = left.isEmpty ? nil : left
        // It may be closed by now.
        _ = left.isEmpty ? control(EPOLL_CTL_DEL, socket.rawValue, 0) : watch(socket.rawValue, left)
    }

    func getNotifications() throws -> [EventNotification] {
        var events = [epoll_event](repeating: epoll_event(), count: SocketQueue.mostEvents)
        let count = epoll_wait(queue, &events, Int32(events.count), -1)
        guard count >= 0 || errno == EINTR else { throw SocketError.makeFailed("epoll_wait") }
        return try events.prefix(max(0, Int(count))).map { event in
            guard event.data.fd != wakeUp else { throw SocketError.disconnected }
            return EventNotification(event)
        }
    }

    /// Asks for events of a descriptor that the system may know or not.
    private func watch(_ descriptor: Int32, _ events: Socket.Events) -> Bool {
        let mask = events.reduce(EPOLLET.rawValue) { $0 | ($1 == .read ? EPOLLIN : EPOLLOUT).rawValue }
        return control(EPOLL_CTL_MOD, descriptor, mask)
            || errno == ENOENT && control(EPOLL_CTL_ADD, descriptor, mask)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ mask: UInt32) -> Bool {
        var event = epoll_event()
        event.events = mask
        event.data.fd = descriptor
        return epoll_ctl(queue, operation, descriptor, &event) == 0
    }
}

extension EventNotification {
    /// A connection that has ended is told to all that wait for it; what it sent before is still read.
    fileprivate init(_ event: epoll_event) {
        func has(_ mask: EPOLL_EVENTS) -> Bool { event.events & mask.rawValue != 0 }
        let ended = has(EPOLLHUP) || has(EPOLLRDHUP) || has(EPOLLERR)
        var events: Socket.Events = []
        if ended || has(EPOLLIN) { events.insert(.read) }
        if ended || has(EPOLLOUT) { events.insert(.write) }
        var errors: Set<Error> = []
        if ended && !has(EPOLLIN) { errors.insert(.endOfFile) }
        if has(EPOLLERR) { errors.insert(.error) }
        self.init(file: Socket.FileDescriptor(rawValue: event.data.fd), events: events, errors: errors)
    }
}
