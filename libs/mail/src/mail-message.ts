import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './mail-transport.js';

/** The address goes in as an object: nodemailer would read a string with a comma in it as several recipients. */
export function mailMessage({ to, subject, text, messageId, signal }: OutgoingMail): SendMailOptions {
  return { to: { name: '', address: to }, subject, text, messageId, signal };
}
