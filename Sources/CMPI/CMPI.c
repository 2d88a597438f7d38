#include "CMPI.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Open MPI's handles are addresses, MPICH's are numbers.
typedef void *address;

static union {
    int (*addresses)(const void *, int, address, void *, int, address, address);
    int (*numbers)(const void *, int, int, void *, int, int, int);
} allgather, alltoall;
typedef union {
    int (*addresses)(const void *, int, address, void *, int, address, address, address *);
    int (*numbers)(const void *, int, int, void *, int, int, int, int *);
} beginning;
static beginning begin_allgather, begin_alltoall;
static union {
    int (*addresses)(address *, int *, address);
    int (*numbers)(int *, int *, address);
} test;
static union {
    int (*addresses)(address, address *);
    int (*numbers)(int, int *);
} comm_dup;
static union {
    int (*addresses)(void *, int, address, int, address);
    int (*numbers)(void *, int, int, int, int);
} bcast;
static union {
    int (*addresses)(address, int *);
    int (*numbers)(int, int *);
} comm_rank, comm_size;
static int (*finalize)(void);

// NULL with MPICH.
static address world, byte_type;
// As in MPICH's mpi.h, whose binary interface is fixed.
static const int world_number = 0x44000000, byte_number = 0x4c00010d;

// A communicator of the background's own, so that its exchanges do not mix with others.
static address background;
static int background_number;
static atomic_int is_waited_for;

static int rank, count, thread_level;

static void *open_library(void) {
    // The launcher's own library: others would take each rank for a program of one.
    const int is_mpich = getenv("PMI_SIZE") && !getenv("OMPI_COMM_WORLD_SIZE");
    static const char *const open_mpi[] = {"libmpi.so.40", "libmpi.so"};
    static const char *const mpich[] = {"libmpich.so.12", "libmpi.so.12", "libmpi.so"};
    const char *const *names = is_mpich ? mpich : open_mpi;
    for (int place = 0; place < (is_mpich ? 3 : 2); ++place) {
        // Global: Open MPI opens parts of itself that look for its symbols.
        void *library = dlopen(names[place], RTLD_NOW | RTLD_GLOBAL);
        if (library) return library;
    }
    return NULL;
}

int cmpi_join(char message[CMPI_MESSAGE_SIZE]) {
    void *library = open_library();
    if (!library) {
        snprintf(message, CMPI_MESSAGE_SIZE, "no MPI library is found");
        return 0;
    }
    int (*init)(int *, char ***, int, int *) = dlsym(library, "MPI_Init_thread");
    allgather.addresses = dlsym(library, "MPI_Allgather");
    alltoall.addresses = dlsym(library, "MPI_Alltoall");
    begin_allgather.addresses = dlsym(library, "MPI_Iallgather");
    begin_alltoall.addresses = dlsym(library, "MPI_Ialltoall");
    test.addresses = dlsym(library, "MPI_Test");
    comm_dup.addresses = dlsym(library, "MPI_Comm_dup");
    bcast.addresses = dlsym(library, "MPI_Bcast");
    comm_rank.addresses = dlsym(library, "MPI_Comm_rank");
    comm_size.addresses = dlsym(library, "MPI_Comm_size");
    finalize = dlsym(library, "MPI_Finalize");
    if (!init || !allgather.addresses || !alltoall.addresses || !bcast.addresses || !comm_rank.addresses
        || !comm_size.addresses || !begin_allgather.addresses || !begin_alltoall.addresses || !test.addresses
        || !comm_dup.addresses || !finalize) {
        snprintf(message, CMPI_MESSAGE_SIZE, "the MPI library lacks functions");
        return 0;
    }
    world = dlsym(library, "ompi_mpi_comm_world");
    byte_type = dlsym(library, "ompi_mpi_byte");
    // MPI_THREAD_MULTIPLE, 3 in both, is asked for, and MPI_THREAD_FUNNELED, 1, needed.
    if (init(NULL, NULL, 3, &thread_level) != 0 || thread_level < 1) {
        snprintf(message, CMPI_MESSAGE_SIZE, "MPI cannot be initialized beside other threads");
        return 0;
    }
    if (world) {
        comm_rank.addresses(world, &rank);
        comm_size.addresses(world, &count);
        comm_dup.addresses(world, &background);
    } else {
        comm_rank.numbers(world_number, &rank);
        comm_size.numbers(world_number, &count);
        comm_dup.numbers(world_number, &background_number);
    }
    return 1;
}

int cmpi_rank(void) { return rank; }

int cmpi_count(void) { return count; }

void cmpi_gather(const void *own, void *all, int bytes) {
    if (world)
        allgather.addresses(own, bytes, byte_type, all, bytes, byte_type, world);
    else
        allgather.numbers(own, bytes, byte_number, all, bytes, byte_number, world_number);
}

void cmpi_exchange(const void *parts, void *received, int bytes) {
    if (world)
        alltoall.addresses(parts, bytes, byte_type, received, bytes, byte_type, world);
    else
        alltoall.numbers(parts, bytes, byte_number, received, bytes, byte_number, world_number);
}

int cmpi_has_background(void) { return thread_level >= 3; }

// Looks for the end now and then, so that the cores are left to what computes, or all the time where that is done.
static void run_in_background(beginning begin, const void *own, void *all, int bytes) {
    // MPI_STATUS_IGNORE of MPICH; that of Open MPI is NULL.
    const address no_status = (address)1;
    address request = NULL;
    int number = 0, is_done = 0;
    if (world)
        begin.addresses(own, bytes, byte_type, all, bytes, byte_type, background, &request);
    else
        begin.numbers(own, bytes, byte_number, all, bytes, byte_number, background_number, &number);
    while (1) {
        if (world)
            test.addresses(&request, &is_done, NULL);
        else
            test.numbers(&number, &is_done, no_status);
        if (is_done) return;
        if (!atomic_load_explicit(&is_waited_for, memory_order_relaxed)) usleep(100);
    }
}

void cmpi_gather_in_background(const void *own, void *all, int bytes) {
    run_in_background(begin_allgather, own, all, bytes);
}

void cmpi_exchange_in_background(const void *parts, void *received, int bytes) {
    run_in_background(begin_alltoall, parts, received, bytes);
}

void cmpi_hurry_background(int is_waited) { atomic_store_explicit(&is_waited_for, is_waited, memory_order_relaxed); }

void cmpi_spread(void *bytes, int size) {
    if (world)
        bcast.addresses(bytes, size, byte_type, 0, world);
    else
        bcast.numbers(bytes, size, byte_number, 0, world_number);
}

void cmpi_leave(void) { finalize(); }
