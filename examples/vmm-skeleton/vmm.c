/*
 * What a virtual machine monitor does with a group: all descriptors of a machine are taken by one
 * open and one message, or none is.
 *
 *	vmm create MOUNT GROUP		makes the descriptors of a machine and puts them
 *	vmm run MOUNT GROUP STEPS	takes them, lets the guest count so far, and ends
 *	vmm hold MOUNT GROUP STEPS	the same, leaves work behind, and holds the machine until killed
 *
 * The guest is a thread that counts in the machine's memory, once for each kick, and answers by an
 * interrupt: kick and irq are eventfds, as KVM's ioeventfd and irqfd are. Where there is VFIO, iommu
 * would be an iommufd and device a device that is bound to it; here they are eventfds as well.
 */
#define _GNU_SOURCE
#include "../c/fdboxfs.h"

#include <err.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#define MEMORY_SIZE (16L << 20)

struct machine {
	int handle;	/* of the group: while it is open, nobody else gets the machine */
	int iommu, device, irq, kick;
	volatile uint64_t *memory;
	uint64_t steps;
};

static struct fdboxfs box;

static void create(const char *group)
{
	static const char *const names[] = { "iommu", "device", "irq", "kick", "ram" };
	char path[5][PATH_MAX];
	const char *paths[5];
	int i, fds[5];

	for (i = 0; i < 5; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/%s", group, names[i]);
		paths[i] = path[i];
		fds[i] = i < 4 ? eventfd(0, EFD_CLOEXEC) : memfd_create("ram", MFD_CLOEXEC);
		if (fds[i] < 0)
			err(1, "%s", names[i]);
	}
	if (ftruncate(fds[4], MEMORY_SIZE) < 0)
		err(1, "ram");
	if (fdboxfs_put_all(&box, paths, fds, 5) < 0)
		errx(1, "cannot put the machine: %s", box.why);
	printf("put 5 descriptors in one message\n");
}

static void take(struct machine *machine, const char *group)
{
	int i, ram, count = fdboxfs_open_all(&box, group, &machine->handle);

	if (count < 0)
		errx(1, "%s: %s", strerrorname_np(errno), box.why);
	printf("took %d descriptors in one message:", count);
	for (i = 0; i < count; i++)
		printf(" %s", strrchr(box.name[i], '/') + 1);
	printf("\n");
	machine->iommu = fdboxfs_find(&box, "iommu");
	machine->device = fdboxfs_find(&box, "device");
	machine->irq = fdboxfs_find(&box, "irq");
	machine->kick = fdboxfs_find(&box, "kick");
	ram = fdboxfs_find(&box, "ram");
	if (machine->iommu < 0 || machine->device < 0 || machine->irq < 0 || machine->kick < 0 ||
	    ram < 0)
		errx(1, "this group is no machine: %s", box.why);
	machine->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, ram, 0);
	if (machine->memory == MAP_FAILED)
		err(1, "mmap");
	close(ram);
}

static uint64_t receive(int event)
{
	uint64_t count;

	if (read(event, &count, sizeof(count)) != sizeof(count))
		err(1, "read of an eventfd");
	return count;
}

static void send_one(int event)
{
	uint64_t one = 1;

	if (write(event, &one, sizeof(one)) != sizeof(one))
		err(1, "write to an eventfd");
}

static void *guest(void *argument)
{
	struct machine *machine = argument;
	uint64_t step;

	for (step = 0; step < machine->steps; step++) {
		machine->memory[0] += receive(machine->kick);
		send_one(machine->irq);
	}
	return NULL;
}

static void run(struct machine *machine)
{
	struct pollfd kick = { machine->kick, POLLIN, 0 };
	pthread_t thread;
	uint64_t step;

	printf("the guest has counted to %" PRIu64 "\n", machine->memory[0]);
	if (poll(&kick, 1, 0) == 1) {
		machine->memory[0] += receive(machine->kick);
		printf("a kick was left for us: now to %" PRIu64 "\n", machine->memory[0]);
	}
	errno = pthread_create(&thread, NULL, guest, machine);
	if (errno)
		err(1, "pthread_create");
	for (step = 0; step < machine->steps; step++) {
		send_one(machine->kick);
		receive(machine->irq);
	}
	pthread_join(thread, NULL);
	printf("the guest counted to %" PRIu64 "\n", machine->memory[0]);
}

int main(int count, char **argument)
{
	struct machine machine;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count < 4)
		errx(2, "usage: vmm create MOUNT GROUP | run or hold MOUNT GROUP STEPS");
	if (fdboxfs_connect(&box, argument[2]) < 0)
		errx(1, "%s", box.why);
	if (!strcmp(argument[1], "create")) {
		create(argument[3]);
		return 0;
	}
	machine.steps = count > 4 ? strtoul(argument[4], NULL, 10) : 0;
	take(&machine, argument[3]);
	run(&machine);
	if (!strcmp(argument[1], "hold")) {
		send_one(machine.kick);
		printf("one more kick is on its way, process %d holds the machine\n", getpid());
		pause();
	}
	/* The end of the process closes everything, the handle of the group with it. */
	return 0;
}
