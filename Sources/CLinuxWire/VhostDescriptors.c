// Sockets, events and pipes of vhost-user. Nothing here waits.
#define _GNU_SOURCE
#include "CVhost.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif

int vhost_kind(int descriptor) {
  struct stat s;
  if (fstat(descriptor, &s) < 0) return -errno;
  switch (s.st_mode & S_IFMT) {
  case 0: return VHOST_EVENT;  // an anonymous inode
  case S_IFIFO: return VHOST_PIPE;
  case S_IFSOCK: return VHOST_SOCKET;
  case S_IFREG: return VHOST_FILE;
  default: return VHOST_OTHER;
  }
}

static int closing(int descriptor, int error) {
  close(descriptor);
  return -error;
}

int vhost_listen(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0) return -ENOENT;
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  struct stat s;
  if (lstat(path, &s) == 0) {
    if (!S_ISSOCK(s.st_mode)) return -EEXIST;
    // A process that was killed leaves its file: nothing listens there any more.
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return -errno;
    int result = connect(probe, (struct sockaddr *)&address, sizeof address);
    int error = errno;
    close(probe);
    if (result == 0 || error != ECONNREFUSED) return -EADDRINUSE;
    if (unlink(path) < 0 && errno != ENOENT) return -errno;
  }
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener < 0) return -errno;
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
    return closing(listener, errno);
  if (listen(listener, 1) < 0) {
    int error = errno;
    unlink(path);
    return closing(listener, error);
  }
  return listener;
}

int vhost_accept(int listener) {
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return connection < 0 ? -errno : connection;
}

// Only its name links a file to a listener, so a name that another listener has taken over is told
// by trying: nothing answers at ours once the listener is closed.
void vhost_close_listener(const char *path, int listener) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return;
  strcpy(address.sun_path, path);
  close(listener);
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return;
  if (connect(probe, (struct sockaddr *)&address, sizeof address) < 0 && errno == ECONNREFUSED)
    unlink(path);
  close(probe);
}

long vhost_receive(
  int socket, void *buffer, size_t length, int *descriptors, int *count, bool *truncated) {
  union {
    char octets[CMSG_SPACE(64 * sizeof(int))];
    struct cmsghdr alignment;
  } control;
  int capacity = *count < 64 ? *count : 64;
  struct iovec part = {buffer, length};
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1,
    .msg_control = &control, .msg_controllen = sizeof control};
  *count = 0;
  *truncated = false;
  ssize_t octets = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (octets < 0) return -errno;
  *truncated = (message.msg_flags & MSG_CTRUNC) != 0;
  for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h)) {
    if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS) continue;
    size_t arrived = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < arrived; i++) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(h) + i * sizeof(int), sizeof(int));
      if (*count < capacity) {
        descriptors[(*count)++] = descriptor;
      } else {
        close(descriptor);
        *truncated = true;
      }
    }
  }
  return octets;
}

int vhost_send(int socket, const void *buffer, size_t length) {
  ssize_t sent = send(socket, buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) return -errno;
  // A part of a message cannot be taken back.
  return (size_t)sent == length ? 0 : -EMSGSIZE;
}

int vhost_stop_waiting(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
  return 0;
}

int vhost_clear(int descriptor) {
  uint64_t octets[8];
  struct iovec part = {octets, sizeof octets};
  ssize_t taken = preadv2(descriptor, &part, 1, -1, RWF_NOWAIT);
  if (taken < 0 && errno == EOPNOTSUPP) {
    struct pollfd p = {descriptor, POLLIN, 0};
    if (poll(&p, 1, 0) != 1) return -EAGAIN;
    taken = read(descriptor, octets, sizeof octets);
  }
  // A pipe that nobody can write to any more is always at its end.
  return taken > 0 ? 0 : taken == 0 ? -EPIPE : -errno;
}

static int signal_once(int descriptor) {
  uint64_t one = 1;
  if (write(descriptor, &one, sizeof one) >= 0 || errno == EAGAIN) return 0;
  return -errno;
}

int vhost_signal(int descriptor, int kind) {
  if (kind == VHOST_EVENT) return signal_once(descriptor);
  if (kind == VHOST_SOCKET) {
    uint64_t one = 1;
    int result = vhost_send(descriptor, &one, sizeof one);
    return result == -EAGAIN ? 0 : result;
  }
  // A pipe without a reader raises SIGPIPE, which would end the process.
  sigset_t pipe, before, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigpending(&pending);
  bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe, &before);
  int result = signal_once(descriptor);
  if (result == -EPIPE && !was_pending) {
    struct timespec zero = {0, 0};
    while (sigtimedwait(&pipe, NULL, &zero) < 0 && errno == EINTR) continue;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}
