"""Read-only memory maps that keep no file descriptor.

A map holds the pages of the file that was opened, even after another file took its name. The kernel
unmaps when the last view dies, so any number of threads may hold views without a lock.
"""

import errno
import os

from cpython.buffer cimport PyBuffer_FillInfo
from cpython.exc cimport PyErr_CheckSignals
from libc.errno cimport EINTR
from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #include <errno.h>
    #include <fcntl.h>
    #include <stdint.h>
    #include <sys/mman.h>
    #include <sys/stat.h>
    #include <unistd.h>

    #ifdef __APPLE__
    #define MISHA_MTIME st_mtimespec
    #else
    #define MISHA_MTIME st_mtim
    #endif

    typedef struct {
        int64_t mtime_ns;
        int64_t size;
        uint64_t inode;
        uint64_t device;
    } misha_stamp;

    static void misha_fill_stamp(const struct stat *found, misha_stamp *stamp) {
        stamp->mtime_ns = (int64_t)found->MISHA_MTIME.tv_sec * 1000000000
                        + (int64_t)found->MISHA_MTIME.tv_nsec;
        stamp->size = (int64_t)found->st_size;
        stamp->inode = (uint64_t)found->st_ino;
        stamp->device = (uint64_t)found->st_dev;
    }

    /* Map a whole regular file; returns 0 or an errno. An empty file gives a null address.
       O_NONBLOCK: a named pipe must be refused, not waited for. */
    static int misha_map(const char *path, void **address, misha_stamp *stamp) {
        struct stat found;
        int failed = 0;
        int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        *address = 0;
        if (descriptor < 0) return errno;
        if (fstat(descriptor, &found) != 0) {
            failed = errno;
        } else if (!S_ISREG(found.st_mode)) {
            failed = S_ISDIR(found.st_mode) ? EISDIR : EINVAL;
        } else {
            misha_fill_stamp(&found, stamp);
            if (stamp->size > 0) {
                void *start = mmap(0, (size_t)stamp->size, PROT_READ, MAP_SHARED, descriptor, 0);
                if (start == MAP_FAILED) failed = errno;
                else *address = start;
            }
        }
        close(descriptor);
        return failed;
    }

    static int misha_stat(const char *path, misha_stamp *stamp) {
        struct stat found;
        stamp->size = stamp->mtime_ns = 0;
        if (stat(path, &found) != 0) return errno;
        misha_fill_stamp(&found, stamp);
        return 0;
    }

    /* Advice is no promise: a system without madvise may ignore it. */
    #ifdef MADV_DONTNEED
    static int misha_advise(char *start, int64_t length, int advice) {
        return madvise(start, (size_t)length, advice) == 0 ? 0 : errno;
    }
    #else
    enum { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED };
    static int misha_advise(char *start, int64_t length, int advice) {
        return 0;
    }
    #endif
    """
    ctypedef struct misha_stamp:
        int64_t mtime_ns
        int64_t size
        uint64_t inode
        uint64_t device

    int misha_map(const char *path, void **address, misha_stamp *stamp) nogil
    int misha_stat(const char *path, misha_stamp *stamp) nogil
    int munmap(void *address, size_t length) nogil
    int misha_advise(char *start, int64_t length, int advice) nogil
    long sysconf(int name) nogil
    int _SC_PAGESIZE
    int MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED

_ADVICE = {
    "normal": MADV_NORMAL,
    "random": MADV_RANDOM,
    "sequential": MADV_SEQUENTIAL,
    "willneed": MADV_WILLNEED,
    "dontneed": MADV_DONTNEED,
}

# What a view of an empty file points at: some consumers refuse a null address.
cdef char _EMPTY[1]


cdef tuple _as_tuple(misha_stamp stamp):
    return stamp.mtime_ns, stamp.size, stamp.inode, stamp.device


cdef bytes _encoded(object path):
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise FileNotFoundError(errno.ENOENT, "path with a NUL byte", os.fspath(path))
    return encoded


cdef object _failure(int number, object path):
    if number == errno.EINVAL:
        return OSError(number, "not a regular file", os.fspath(path))
    return OSError(number, os.strerror(number), os.fspath(path))


cdef class MappedFile:
    """A file in memory, read-only: a buffer of bytes. Made by `map_file`."""

    cdef object __weakref__
    cdef void *_address
    cdef misha_stamp _stamp

    def __cinit__(self):
        self._address = NULL
        self._stamp.size = 0

    def __init__(self):
        raise TypeError("use map_file")

    def __dealloc__(self):
        if self._address != NULL:
            munmap(self._address, <size_t>self._stamp.size)

    def __getbuffer__(self, Py_buffer *view, int flags):
        cdef void *start = self._address if self._address != NULL else <void *>_EMPTY
        PyBuffer_FillInfo(view, self, start, self._stamp.size, 1, flags)

    def __len__(self):
        return self._stamp.size

    @property
    def stamp(self):
        """Modification time (ns), size (bytes), inode and device when the file was mapped."""
        return _as_tuple(self._stamp)

    def advise(self, int64_t offset, int64_t length, str advice):
        """Tell the system how bytes [offset, offset + length) will be used.

        A range beyond the file is cut. "dontneed" drops only pages that lie wholly inside.
        """
        if offset < 0 or length < 0:
            raise ValueError(f"offset and length must not be negative; found {offset}, {length}")
        cdef int code = _ADVICE[advice]
        cdef int64_t page = sysconf(_SC_PAGESIZE)
        cdef int64_t stop = self._stamp.size
        cdef int64_t start = min(offset, stop)
        if length < stop - start:
            stop = start + length
            if code == MADV_DONTNEED:
                stop -= stop % page
        if code == MADV_DONTNEED:
            start += (page - start % page) % page
        else:
            start -= start % page
        if stop <= start or self._address == NULL:
            return
        cdef char *first = <char *>self._address + start
        cdef int failed
        with nogil:
            failed = misha_advise(first, stop - start, code)
        if failed != 0:
            raise OSError(failed, os.strerror(failed))


def map_file(path):
    """Map a whole file for reading; the descriptor is closed before this returns.

    Raises FileNotFoundError, PermissionError, IsADirectoryError or another OSError with the path.
    """
    cdef bytes encoded = _encoded(path)
    cdef const char *name = encoded
    cdef MappedFile mapped = MappedFile.__new__(MappedFile)
    cdef int failed = EINTR
    while failed == EINTR:
        with nogil:
            failed = misha_map(name, &mapped._address, &mapped._stamp)
        PyErr_CheckSignals()
    if failed != 0:
        raise _failure(failed, path)
    return mapped


def stat_stamp(path):
    """Return the stamp of a file without mapping it, following links."""
    cdef bytes encoded = _encoded(path)
    cdef const char *name = encoded
    cdef misha_stamp stamp = misha_stamp(0, 0, 0, 0)
    cdef int failed
    with nogil:
        failed = misha_stat(name, &stamp)
    if failed != 0:
        raise _failure(failed, path)
    return _as_tuple(stamp)
