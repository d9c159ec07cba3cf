internal import CLinuxWire
internal import Glibc

/// The device side of a virtio network device whose driver is a real kernel: in QEMU, in user-mode
/// Linux, or in any other front end of vhost-user.
///
/// ```swift
/// let guest = try VhostUserBackend(path: "/run/guest.sock")
/// while true {
///   poll(guest.descriptors)                        // however the program waits
///   try guest.process(limit: 64) { header, frame in … }
/// }
/// ```
///
/// A back end has at most one session. When the front end leaves, or does something wrong, the
/// session ends and the next front end that connects to the path is taken.
///
/// ### Hostile guests
///
/// Nothing that a front end sends or a guest has in its memory is trusted. What is read is copied
/// once and checked then. Each wrong message, address, index, chain and length is a
/// ``VhostUserFault``, which ends the queue or the session and nothing else. The first session
/// installs a handler for SIGBUS, because a front end may shorten a file that is mapped; all other
/// faults go to the handler that was there before.
///
/// Each call does a limited amount of work, and none waits. Events and pipes of the front end are
/// set to not wait, which the front end sees as well.
public final class VhostUserBackend: WireEnd {
  /// The most messages of the dialogue that one call of ``process(limit:_:)`` takes.
  public static let messageLimit = 64

  /// The path of the socket; nil for a connection that was given.
  public let path: String?
  /// What is offered to front ends.
  public let configuration: VhostUserConfiguration
  /// Called with each fault, after the queue or session has ended.
  public var onFault: ((VhostUserFault) -> Void)?
  /// The last fault.
  public internal(set) var lastFault: VhostUserFault?
  /// The counters of all sessions.
  public internal(set) var counters = VhostUserCounters()

  internal var listener: Int32?
  internal var session: VhostUserSession?
  internal let frame = FrameMemory()
  internal var steering: VhostSteering
  /// The transmit queue to look at first, so that all have their turn.
  internal var firstPair = 0
  internal var isProcessing = false
  internal var isClosed = false

  /// Makes a socket that front ends connect to.
  ///
  /// A socket file that a process left when it was killed is replaced.
  ///
  /// - Parameters:
  ///   - path: At most 107 octets.
  ///   - configuration: What is offered to front ends.
  /// - Throws: ``WireEndError/system(call:device:errno:)`` with `EADDRINUSE` if another process
  ///   listens at the path, `EEXIST` if there is another file, `ENAMETOOLONG`, or any other error
  ///   of `bind`.
  public init(path: String, configuration: VhostUserConfiguration = .init()) throws(WireEndError) {
    // SAFETY: the path is only read within the call.
    let result = unsafe path.utf8.contains(0) ? -EINVAL : vhost_listen(path)
    guard result >= 0 else { throw .system(call: "bind", device: path, errno: -result) }
    (self.path, self.configuration, listener) = (path, configuration, result)
    steering = VhostSteering(pairCount: configuration.queuePairCount)
  }

  /// Takes a connection that a front end has made already.
  ///
  /// - Parameters:
  ///   - connection: A connected unix stream socket, which belongs to the back end from now on,
  ///     and is closed if this throws.
  ///   - configuration: What is offered to the front end.
  /// - Throws: ``WireEndError/system(call:device:errno:)`` with `ENOTSOCK` if it is something else.
  public init(
    connection: Int32, configuration: VhostUserConfiguration = .init()
  ) throws(WireEndError) {
    let socket = OwnedDescriptor(connection)
    guard socket.kind == VHOST_SOCKET else {
      throw .system(call: "connection", device: "\(connection)", errno: ENOTSOCK)
    }
    (path, self.configuration, listener) = (nil, configuration, nil)
    steering = VhostSteering(pairCount: configuration.queuePairCount)
    session = VhostUserSession(socket, configuration)
    counters.sessions = 1
  }

  deinit { close() }

  /// Whether a front end is connected.
  public var isConnected: Bool { session != nil }

  /// Whether a guest is ready to receive frames: its first receive queue runs.
  public var isReady: Bool { session?.queues[0].isRunning ?? false }

  /// What the guest leaves to this side, as it was negotiated; none without a session.
  public var hostOffloads: WireOffloads { session?.features.hostOffloads ?? [] }

  /// What the guest takes over, as it was negotiated; none without a session.
  public var offloads: WireOffloads { session?.offloads ?? [] }

  /// The file descriptors to poll for input: the listener, or those of the session.
  public var descriptors: [Int32] {
    session?.descriptors ?? listener.map { [$0] } ?? []
  }

  /// Whether the front end has not answered all in-band notifications.
  ///
  /// ``process(limit:_:)`` takes the answers.
  public var isAwaitingAnswers: Bool { session?.backendChannel?.isAwaiting ?? false }

  /// Ends the session, gives back all memory and removes the socket file.
  ///
  /// Further calls have no effect.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    session?.isClosed = true
    session = nil
    if let listener, let path {
      // SAFETY: the path is only read within the call.
      unsafe vhost_close_listener(path, listener)
    }
    listener = nil
  }

  /// Ends the session, or the queue that a fault names.
  internal func end(_ found: VhostUserFault) {
    // A front end that leaves closes its sockets in any order.
    if found.isDeparture { return endSession() }
    // In memory that is lost there are zeros, so that any other fault may be found.
    let fault = session?.isMemoryLost == true ? .memoryLost : found
    counters.faults += 1
    lastFault = fault
    if let index = fault.queue, let session, index < session.queues.count {
      session.queues[index].end(fault)
    } else {
      endSession()
    }
    onFault?(fault)
  }

  internal func endSession() {
    session?.isClosed = true
    session = nil
  }
}

/// The counters of a ``VhostUserBackend``.
public struct VhostUserCounters: Hashable, Sendable {
  /// Front ends that have connected.
  public var sessions = 0
  /// Faults of front ends and guests.
  public var faults = 0
  /// Frames that guests have sent.
  public var framesFromGuest = 0
  /// Octets of these, without their virtio-net headers.
  public var octetsFromGuest = 0
  /// Frames that guests were given.
  public var framesToGuest = 0
  /// Octets of these, without their virtio-net headers.
  public var octetsToGuest = 0
  /// Frames for which the guest had no receive buffers.
  public var noRoom = 0
  /// Frames that were longer than a receive buffer without mergeable buffers.
  public var tooLong = 0
  /// Frames for which there was no guest.
  public var notReady = 0

  /// Creates counters of 0.
  public init() {}
}

extension VhostUserBackend {
  /// Accepts a connection without waiting: a descriptor, or a negative errno.
  internal static func accept(_ listener: Int32) -> Int32 { vhost_accept(listener) }
}
