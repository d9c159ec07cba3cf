internal import GsoEngine
internal import WireFormats

/// How headers are read, and those of a frame in pieces, from its plan to its rendering.
///
/// For one thread. An object, so that frames in one piece need not touch it.
internal final class HeaderStore {
  var headers = LinearHeaders()
  /// Which encapsulations frames are searched for.
  var tunnels = TunnelRecognition.wellKnown
}
