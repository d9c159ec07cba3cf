internal import GsoEngine

/// Keeps the headers of a frame in pieces, from its plan to its rendering.
///
/// For one thread. An object, so that frames in one piece need not touch it.
internal final class HeaderStore {
  var headers = LinearHeaders()
}
