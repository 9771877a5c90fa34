"""The product's worker without the domains: what tests of the queue need."""

from tablewright import worker

if __name__ == "__main__":
    worker.DOMAINS = ()
    worker.run_worker()
