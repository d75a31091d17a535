"""Processes that tests start and kill: forked from a server that has Django up already, since
starting Django takes longer than most of their work."""

import multiprocessing

import django

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])

django.setup()
