import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './mail-transport.js';

/** The address is an object, because nodemailer reads a string with a comma as several recipients. */
export function mailMessage({ to, subject, text, messageId, signal }: OutgoingMail): SendMailOptions {
  return { to: { name: '', address: to }, subject, text, messageId, signal };
}
